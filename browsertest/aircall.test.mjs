// What an admin sees and does about calls that Aircall did not send.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fill, launch, open, phone, signedIn, wide } from './lib/browser.mjs';
import { axe, keyboard, overflow, validate } from './lib/checks.mjs';
import { settled } from './lib/demo.mjs';
import { startDemo, until } from './lib/program.mjs';

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

const path = '/connections/aircall';
const day = (n) => new Date(Date.now() + n * 864e5).toISOString().slice(0, 10);
const sim = (address, body) => fetch(`${site.aircall}/_sim/${address}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body ?? {}) });

async function page(t, address, options = {}) {
  const { context, complaints } = await open(browser, { state, ...options });
  t.after(async () => {
    await context.close();
    assert.deepEqual(complaints, []);
  });
  const p = await context.newPage();
  await p.goto(site.url + address);
  return p;
}

test('a webhook that Aircall switched off is mended, and the calls it missed are logged', async (t) => {
  const p = await page(t, path);
  const { webhooks } = await (await fetch(`${site.aircall}/_sim/state`)).json();
  await sim(`webhooks/${webhooks[0].id}/disable`);
  const { call_id: lost } = await (await sim('calls', { type: 'missed', number: '+33199004321', talk: 5, plain: true })).json();
  await p.locator(`form[action="${path}/check"] button`).click();
  await p.getByText('Aircall switched the webhook off').first().waitFor();
  await p.locator('#live').getByText('Mended').or(p.locator('#live').getByText('Nothing was missing')).first().waitFor();
  await until('the lost call in the ledger', 60, async () => {
    const answer = await p.context().request.get(`${site.url}/activity?call_id=${lost}&q=0199004321`);
    return (await answer.text()).includes('99 00 43 21');
  });
  assert.deepEqual([...await axe(p), ...await overflow(p)], []);
});

test('a period is read after a question, and the result appears by itself', async (t) => {
  const p = await page(t, path);
  await fill(p, 'from', day(-3));
  await fill(p, 'to', day(0));
  await p.getByRole('button', { name: 'Read a period' }).click();
  await p.getByRole('heading', { name: 'Read this period from Aircall?' }).waitFor();
  assert.deepEqual([...await axe(p), ...await keyboard(p)], []);
  assert.deepEqual(await validate(await (await p.context().request.get(p.url())).text()), []);
  const [answer] = await Promise.all([
    p.waitForResponse((r) => r.request().method() === 'POST'),
    p.getByRole('button', { name: 'Read these calls' }).click(),
  ]);
  assert.equal(answer.status(), 303);
  await p.waitForLoadState('load');
  const row = p.locator('#live tbody tr').first();
  await row.getByText('calls found').waitFor();
  await row.getByText(/Nothing was missing|Mended/).waitFor({ timeout: 60_000 });
  assert.match(await row.innerText(), /[1-9]\d* calls found/);
});

test('a wrong period names its mistake, on a phone and without scripts', async (t) => {
  for (const options of [{ size: wide }, { size: phone, scheme: 'dark' }, { script: false }]) {
    const p = await page(t, path, options);
    await fill(p, 'from', day(-3));
    await fill(p, 'to', day(-9));
    await Promise.all([p.waitForURL(/backfill/), p.getByRole('button', { name: 'Read a period' }).click()]);
    assert.equal(await p.locator('[name="to"]').getAttribute('aria-invalid'), 'true');
    assert.equal(await p.locator('[name="from"]').inputValue(), day(-3));
    if (options.script !== false) assert.deepEqual([...await axe(p), ...await overflow(p)], []);
  }
});
