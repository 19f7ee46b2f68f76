// The history of the rules: who changed what, back to an old version, and two
// admins who save at once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fill, submit, value } from './lib/browser.mjs';
import { useDemo } from './lib/site.mjs';

const { site, visit } = useDemo();

test('a change is listed in words, compared and taken back', async (t) => {
  const p = await visit(t, '/rules/flows');
  const before = await value(p, 'flows.voicemail.action');
  await fill(p, 'flows.voicemail.action', 'do_nothing');
  assert.equal((await submit(p, 'flows.voicemail.action', 'No voicemails for now')).status(), 303);

  await p.goto('/rules/history');
  const newest = p.locator('.versions > li').first();
  const said = await newest.innerText();
  for (const word of ['In force', 'No voicemails for now', 'Marie Laurent', 'Voicemail', 'Do nothing']) assert.ok(said.includes(word), `${word} in ${said}`);
  assert.match(await p.locator('.versions > li').last().innerText(), /Ringledger’s defaults/);

  const older = p.locator('.versions > li').nth(1);
  await older.locator('h2 a').click();
  assert.match(await p.locator('h1').innerText(), /Version \d+/);
  const [download] = await Promise.all([p.waitForEvent('download'), p.getByRole('link', { name: 'Download YAML' }).click()]);
  assert.match(download.suggestedFilename(), /\.yaml$/);
  await p.getByRole('link', { name: 'Restore' }).click();
  assert.match(await p.locator('table.versus').innerText(), /Voicemail/);
  await Promise.all([p.waitForURL(/\/rules\/history$/), p.getByRole('button', { name: /^Restore version/ }).click()]);
  assert.match(await p.locator('.versions > li').first().innerText(), /Restored version \d+/);
  await p.goto('/rules/flows');
  assert.equal(await value(p, 'flows.voicemail.action'), before);
});

test('the second of two who save sees both values', async (t) => {
  const [mine, theirs] = [await visit(t, '/rules/flows'), await visit(t, '/rules/flows')];
  await fill(theirs, 'flows.message_sent.action', 'in_progress');
  assert.equal((await submit(theirs, 'flows.message_sent.action')).status(), 303);
  await fill(mine, 'flows.message_sent.action', 'do_nothing');
  assert.equal((await submit(mine, 'flows.message_sent.action')).status(), 409);
  const both = await mine.locator('.conflict table').innerText();
  assert.match(both, /Message sent/);
  assert.match(both, /Log, open task/);
  assert.match(both, /Do nothing/);
  assert.equal((await submit(mine, 'flows.message_sent.action')).status(), 303);
});
