// The overview leads from a figure to the calls behind it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyboard } from './lib/checks.mjs';
import { useDemo } from './lib/site.mjs';

const { visit } = useDemo();

test('a period is chosen, and a bar followed to its calls by the keyboard', async (t) => {
  const page = await visit(t, '/');
  await page.locator('.seg a[href="/?period=24h"]').click();
  await page.waitForURL(/period=24h/);
  const day = new Date().toISOString().slice(0, 10);
  await page.locator('.own-period > summary').click();
  await page.locator('input[name="from"]').fill(day);
  await page.locator('input[name="to"]').fill(day);
  await page.locator('.own-period button').click();
  await page.waitForURL(/from=.*to=/);
  assert.equal(await page.locator('a.bar').count(), 24);
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
});
