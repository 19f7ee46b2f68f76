// Every call accounted for: an editor has it checked and follows the figure.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useDemo } from './lib/site.mjs';

const { visit } = useDemo();

test('a check is asked for, comes to its end by itself, and its figure leads to the calls', async (t) => {
  const p = await visit(t, '/reconciliation?days=31');
  await p.getByRole('button', { name: 'Check now' }).click();
  await p.locator('#last-check').locator('xpath=../..').getByText('Compared', { exact: true }).waitFor({ timeout: 60000 });
  await p.locator('#accounted').waitFor();
  assert.match(await p.locator('#accounted').innerText(), /^[\d,]+ of [\d,]+ calls accounted for$/);
  await p.locator('section[aria-labelledby=by-days] tbody a').first().click();
  await p.waitForURL(/\/activity\?.*from=/);
});
