// Everything works for a browser that runs no script.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fill, launch, open, signIn, submit, value } from './lib/browser.mjs';
import { settled } from './lib/demo.mjs';
import { startDemo, until } from './lib/program.mjs';

let site;
let browser;
let context;
let page;

before(async () => {
  [site, browser] = await Promise.all([startDemo(), launch()]);
  await settled(site);
  ({ context } = await open(browser, { script: false }));
  page = await signIn(context, site);
});

after(async () => {
  await browser?.close();
  await site?.stop();
});

test('every entry of the navigation leads to a page with its heading', async () => {
  const links = await page.locator('nav a[href^="/"]').evaluateAll((all) => [...new Set(all.map((a) => a.getAttribute('href')))]);
  assert.ok(links.length >= 7, `only ${links}`);
  for (const link of links) {
    const answer = await page.goto(site.url + link);
    assert.equal(answer.status(), 200, link);
    assert.equal(await page.locator('h1').count(), 1, link);
    assert.ok((await page.locator('main').innerText()).trim().length > 40, link);
  }
});

test('rules are changed and saved', async () => {
  await page.goto(`${site.url}/rules/flows`);
  const before = await value(page, 'flows.voicemail.action');
  const other = before === 'completed' ? 'in_progress' : 'completed';
  await fill(page, 'flows.voicemail.action', other);
  assert.equal((await submit(page, 'flows.voicemail.action')).status(), 303);
  await page.goto(`${site.url}/rules/flows`);
  assert.equal(await value(page, 'flows.voicemail.action'), other);
});

test('the list is searched by its form', async () => {
  await page.goto(`${site.url}/activity`);
  await page.locator('[name="q"]').first().fill('nobody-has-this-name');
  await page.locator('form:has([name="q"]) button[type="submit"]').first().click();
  await page.waitForURL(/q=nobody-has-this-name/);
  assert.equal(await page.locator('main a[href^="/activity/"]:has-text("+33")').count(), 0);
});

test('a refused call is replayed', async () => {
  await page.goto(`${site.url}/activity?outcome=failed`);
  const href = await page.locator('main a[href^="/activity/"]').first().getAttribute('href');
  await page.goto(site.url + href);
  await page.locator('form[action$="/replay"] button[type="submit"]').first().click();
  await page.waitForLoadState('load');
  await until('the replayed call to be logged', 60, async () => {
    await page.goto(`${site.url}/activity?outcome=failed`);
    return await page.locator(`main a[href="${href}"]`).count() === 0;
  });
});

test('the language is changed by a link', async () => {
  await page.goto(`${site.url}/?lang=fr`);
  assert.match(await page.locator('html').getAttribute('lang'), /^fr/);
  await page.goto(`${site.url}/?lang=en`);
});
