// The list of calls is searched, narrowed, kept as a view and taken along.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { useDemo } from './lib/site.mjs';

const { site, visit } = useDemo();

const rows = (page) => page.locator('a.rowlink');

for (const script of [true, false]) {
  test(`a number spelt oddly, lines, a bar and a saved view, ${script ? 'with' : 'without'} script`, async (t) => {
    const page = await visit(t, '/activity', { script });
    const number = (await page.locator('tr .sub.num', { hasText: '+44' }).first().innerText()).match(/\+44[\d ]+/)[0].trim();
    await page.locator('#f-q').fill(`(0)${number.slice(3).replaceAll(' ', '-')}`);
    await page.locator('.filters .search + button').click();
    await page.waitForURL(/[?&]q=/);
    assert.ok(await rows(page).count() > 0, `${number} is not found`);
    assert.match(await page.locator('main table').last().innerText(), new RegExp(number.replace('+', '\\+')));

    await page.goto('/activity');
    await page.locator('.filter-more > summary').click();
    for (const line of [0, 1]) await page.locator('input[name="line"]').nth(line).check();
    await page.locator('.filter-do button').click();
    await page.waitForURL(/line=/);
    assert.match(await page.locator('.chips').innerText(), /Line\s+is one of/);

    await page.locator('.hist .twin > summary').click();
    const bars = page.locator('.hist tbody tr').filter({ hasNot: page.locator('td:first-of-type', { hasText: /^0$/ }) });
    const calls = parseInt(await bars.first().locator('td').first().innerText(), 10);
    await bars.first().getByRole('link').click();
    await page.waitForURL(/from=.*to=/);
    assert.equal(await rows(page).count(), Math.min(calls, 50));

    const name = `Two lines ${script ? 'live' : 'plain'}`;
    await page.locator('.save-view > summary').click();
    await page.locator('.save-view-form [name="name"]').fill(name);
    await page.locator('.save-view-form [name="shared"]').check();
    await page.locator('.save-view-form button').click();
    await page.waitForURL(/view=/);
    await page.goto('/activity');
    await page.locator('.tabs').getByRole('link', { name }).click();
    await page.waitForURL(/view=/);
    assert.equal(await rows(page).count(), Math.min(calls, 50));
    assert.equal(await page.locator('.tabs [aria-current="page"]').count(), 1);
  });
}

test('the file holds what the list shows, and none of its cells runs', async (t) => {
  const page = await visit(t, '/activity?outcome=skipped');
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('a[download]').click()]);
  const text = await readFile(await download.path(), 'utf8');
  assert.equal(text.codePointAt(0), 0xfeff);
  const lines = text.trim().split('\r\n');
  assert.match(lines[0], /^\ufeff?id,started_at/);
  assert.ok(lines.length > 1);
  for (const line of lines.slice(1)) {
    assert.match(line, /,skipped,/);
    for (const cell of line.split(',')) assert.doesNotMatch(cell, /^"?[=+@-]/);
  }
});

test('a slash leads to the search, from a page without one too', async (t) => {
  const page = await visit(t, '/rules/flows');
  await page.locator('h1').click(); // in no field
  await page.keyboard.press('/');
  await page.waitForURL(/\/activity#search$/);
  await page.locator('#f-q:focus').waitFor();
  await page.keyboard.type('Morel');
  await page.keyboard.press('Enter');
  await page.waitForURL(/[?&]q=Morel/);
  await page.locator('h1').click();
  await page.keyboard.press('/');
  await page.locator('#f-q:focus').waitFor();
});
