// Filters keep calls out; cases are tied as the switches say.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fill, launch, open, phone, signedIn, submit } from './lib/browser.mjs';
import { axe, overflow } from './lib/checks.mjs';
import { settled } from './lib/demo.mjs';
import { placeCall, startDemo, until } from './lib/program.mjs';

let site;
let browser;
let state;

before(async () => {
  [site, browser] = await Promise.all([startDemo(), launch()]);
  await settled(site);
  state = await signedIn(browser, site);
});

after(async () => {
  await browser?.close();
  await site?.stop();
});

async function page(t, path, options = {}) {
  const { context, complaints } = await open(browser, { state, ...options });
  t.after(async () => {
    await context.close();
    assert.deepEqual(complaints, []);
  });
  const p = await context.newPage();
  await p.goto(site.url + path);
  return p;
}

for (const script of [true, false]) {
  test(`an ignored number is kept out and counted, ${script ? 'with' : 'without'} script`, async (t) => {
    const number = script ? '+33199007781' : '+33199007782';
    const p = await page(t, '/rules/filters', { script });
    await p.locator('textarea[name="filters.ignore_numbers"]').fill('oops');
    assert.equal((await submit(p, 'filters.ignore_numbers')).status(), 422);
    assert.match(await p.locator('[data-mistakes]').innerText(), /“oops” is no telephone number/);
    await p.locator('textarea[name="filters.ignore_numbers"]').fill(`0033 ${number.slice(3)}`);
    assert.equal((await submit(p, 'filters.ignore_numbers')).status(), 303);
    await placeCall(site.aircall, { type: 'inbound_answered', number });
    await until('the call to be kept out', 60, async () => {
      await p.goto(`${site.url}/activity?outcome=skipped&reason=number_ignored&q=${encodeURIComponent(number)}`);
      return p.locator('main a[href^="/activity/"]').filter({ hasNotText: 'CSV' }).count();
    });
    await p.goto(`${site.url}/rules/filters`);
    assert.match(await p.locator('a[href*="reason=number_ignored"]').innerText(), /\d+ calls?/);
    await p.locator('textarea[name="filters.ignore_numbers"]').fill('');
    assert.equal((await submit(p, 'filters.ignore_numbers')).status(), 303);
  });
}

test('a case is attached once the page says so', async (t) => {
  const p = await page(t, '/rules/related');
  assert.equal(await p.locator('#f-related-create-case').isVisible(), false);
  await fill(p, 'related.attach', 'case');
  assert.equal(await p.locator('#f-related-create-case').isVisible(), true);
  assert.equal(await p.locator('#f-related-create-opportunity').isVisible(), false);
  await p.locator('#f-related-create-case').check();
  assert.equal((await submit(p, 'related.attach')).status(), 303);
  await p.goto(`${site.url}/rules/test?number=%2B441632960007&type=inbound_answered`);
  assert.match(await p.locator('.trace').innerText(), /Related to/);
});

test('the pages are as good on a telephone and in French', async (t) => {
  for (const path of ['/rules/filters', '/rules/related']) {
    for (const options of [{ size: phone, scheme: 'dark' }, { size: { width: 320, height: 640 }, locale: 'fr-FR' }]) {
      const p = await page(t, path, options);
      assert.deepEqual([...await axe(p), ...await overflow(p)], [], path);
    }
  }
});
