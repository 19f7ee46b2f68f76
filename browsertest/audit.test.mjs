// The audit log: what somebody just did stands in it, filters find it again, the
// chain is checked, and the file for spreadsheets says the same.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fill, submit } from './lib/browser.mjs';
import { useDemo } from './lib/site.mjs';

const { site, visit } = useDemo({ history: false });

test('a change stands in the log, is found by filters and leads to what was changed', async (t) => {
  const p = await visit(t, '/rules/flows');
  await fill(p, 'flows.voicemail.action', 'do_nothing');
  assert.equal((await submit(p, 'flows.voicemail.action', 'No voicemails for now')).status(), 303);

  await p.getByRole('link', { name: 'Audit log' }).first().click();
  assert.match(await p.locator('#chain').innerText(), /The chain is whole: all \d+ rows/);
  const newest = p.locator('.c-did', { hasText: 'No voicemails for now' }).first();
  assert.match(await newest.innerText(), /Marie Laurent saved version \d+ of the rules[^]*No voicemails for now/);

  await p.getByText('Filters', { exact: true }).last().click();
  await p.getByLabel('Who').selectOption({ label: 'Marie Laurent' });
  await p.getByLabel('What', { exact: true }).selectOption('rules');
  await p.getByRole('button', { name: 'Apply filters' }).click();
  assert.equal(new URL(p.url()).search, '?kind=rules&who=demo%40example.com'); // and no empty fields
  assert.match(await newest.innerText(), /saved version/);
  assert.equal((await p.locator('.c-did').allInnerTexts()).filter((said) => !/of the rules/.test(said)).length, 0);

  const [download] = await Promise.all([p.waitForEvent('download'), p.getByRole('link', { name: 'Export CSV' }).click()]);
  const file = await readFile(await download.path(), 'utf8');
  assert.match(file, /rules_saved,Marie Laurent saved version \d+ of the rules/);

  await newest.getByRole('link', { name: /version/ }).click();
  assert.match(await p.locator('h1').innerText(), /Version \d+/);
});

test('a search that finds nothing says how to go on', async (t) => {
  const p = await visit(t, '/audit?q=nobody-wrote-this');
  await p.getByRole('main').getByRole('link', { name: 'Clear filters' }).last().click();
  await p.locator('.c-did').first().waitFor();
});
