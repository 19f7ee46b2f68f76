// The overview leads from a figure to the calls behind it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, open, signedIn } from './lib/browser.mjs';
import { axe, keyboard } from './lib/checks.mjs';
import { settled } from './lib/demo.mjs';
import { startDemo } from './lib/program.mjs';

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

test('a period is chosen, and a bar followed to its calls by the keyboard', async (t) => {
  const { context, complaints } = await open(browser, { state });
  t.after(async () => {
    await context.close();
    assert.deepEqual(complaints, []);
  });
  const page = await context.newPage();
  await page.goto(`${site.url}/`);
  await page.locator('.seg a[href="/?period=24h"]').click();
  await page.waitForURL(/period=24h/);
  const day = new Date().toISOString().slice(0, 10);
  await page.locator('.own-period > summary').click();
  await page.locator('input[name="from"]').fill(day);
  await page.locator('input[name="to"]').fill(day);
  await page.locator('.own-period button').click();
  await page.waitForURL(/from=.*to=/);
  assert.equal(await page.locator('a.bar').count(), 24);
  assert.deepEqual(await axe(page), []);
  assert.equal(await page.locator('a.bar[tabindex="0"]').count(), 1);
  await page.locator('a.bar[tabindex="0"]').focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  const bar = page.locator('a.bar').nth(1);
  assert.equal(await page.locator('.chart-said').innerText(), await bar.getAttribute('aria-label'));
  await page.locator('.twin summary').first().click();
  assert.equal(await page.locator('.twin table').first().locator('tbody tr').count(), 24);
  await bar.focus();
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.pathname === '/activity' && url.searchParams.has('from') && url.searchParams.has('to'));
  await page.goBack();
  assert.deepEqual(await keyboard(page), []);
});
