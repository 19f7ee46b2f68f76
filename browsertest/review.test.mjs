// A draft of the rules: what was edited is marked and counted, reviewed in
// words with what it would have changed lately, and only then saved.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fill, saveReviewed, value } from './lib/browser.mjs';
import { useDemo } from './lib/site.mjs';

const { visit } = useDemo();

// press clicks a button that posts, and waits for the page it leads to.
async function press(p, selector) {
  const [answer] = await Promise.all([p.waitForResponse((r) => r.request().method() === 'POST'), p.locator(selector).click()]);
  await p.waitForLoadState('load');
  return answer;
}

const bar = (p) => p.locator('.savebar').innerText();

test('two flows are edited, reviewed, edited again, saved and told in the history', async (t) => {
  const p = await visit(t, '/rules/flows');
  const before = [await value(p, 'flows.missed.action'), await value(p, 'flows.inbound_answered.action')];
  assert.equal(await p.locator('.edited').count(), 0);
  await fill(p, 'flows.missed.action', 'do_nothing');
  await fill(p, 'flows.inbound_answered.action', 'in_progress');
  await p.waitForSelector('.flow.is-edited:has([name="flows.missed.action"]) h3 .edited');
  assert.match(await bar(p), /2 unsaved changes/);
  await fill(p, 'flows.inbound_answered.action', before[1]);
  await p.waitForFunction(() => /1 unsaved change\b/.test(document.querySelector('.savebar').innerText));
  assert.equal(await p.locator('.edited').count(), 1);
  await fill(p, 'flows.inbound_answered.action', 'in_progress');

  const review = await press(p, '.savebar .primary');
  assert.equal(review.status(), 200);
  const told = await p.locator('table.versus').innerText();
  for (const word of ['Missed', 'Do nothing', 'Inbound answered', 'Log, open task']) assert.ok(told.includes(word), `${word} in ${told}`);
  const effect = await p.locator('.effect').innerText();
  for (const word of ['No longer logged', 'Open or completed', 'Salesforce is not asked']) assert.ok(effect.includes(word), `${word} in ${effect}`);
  await p.locator('.effects summary').first().click();
  assert.match(await p.locator('.effect-calls a').first().getAttribute('href'), /^\/activity\/\d+$/);

  await press(p, 'button[value="edit"]');
  assert.equal(await value(p, 'flows.missed.action'), 'do_nothing');
  await p.waitForFunction(() => /2 unsaved changes/.test(document.querySelector('.savebar').innerText));
  assert.equal(await p.locator('.edited').count(), 2);
  await p.locator('[name="settle_seconds"]').press('Enter'); // leads to the review as well
  await p.waitForSelector('button[value="edit"]');
  assert.equal((await saveReviewed(p, 'Quiet weekends')).status(), 303);
  assert.equal(await value(p, 'flows.missed.action'), 'do_nothing');
  await p.goto('/rules/history');
  assert.match(await p.locator('.versions > li').first().innerText(), /Quiet weekends/);

  await p.goto('/rules/flows');
  await fill(p, 'flows.missed.action', before[0]);
  await fill(p, 'flows.inbound_answered.action', before[1]);
  await press(p, '.savebar .primary');
  assert.equal((await saveReviewed(p)).status(), 303);
});

test('discarding takes the marks away', async (t) => {
  const p = await visit(t, '/rules/matching');
  await fill(p, 'matching.several', (await p.locator('[name="matching.several"]:checked').inputValue()) === 'ask' ? 'newest' : 'ask');
  await p.waitForSelector('.edited');
  await p.locator('.savebar [type="reset"]').click();
  await p.waitForFunction(() => !document.querySelector('.edited'));
  assert.match(await bar(p), /No changes/);
});

test('a document is imported after its review', async (t) => {
  const p = await visit(t, '/rules/history/import');
  await p.locator('[name="document"]').fill('version: 1\nflows:\n  missed:\n    acton: completed\n');
  assert.equal((await press(p, 'form .btn.primary')).status(), 422);
  assert.match(await p.locator('[data-mistakes]').innerText(), /Line 4/);

  const yaml = await (await p.request.get('/rules/history/1/settings.yaml')).text();
  await p.locator('[name="file"]').setInputFiles({ name: 'settings.yaml', mimeType: 'application/yaml', buffer: Buffer.from(yaml.replace(/settle_seconds: \d+/, 'settle_seconds: 44')) });
  assert.equal((await press(p, 'form .btn.primary')).status(), 200);
  assert.match(await p.locator('table.versus').innerText(), /44/);
  await press(p, 'button[value="edit"]');
  assert.match(await value(p, 'document'), /settle_seconds: 44/);
});

test('the review needs no script', async (t) => {
  const p = await visit(t, '/rules/flows', { script: false });
  await fill(p, 'flows.missed.action', 'do_nothing');
  assert.equal((await press(p, '.savebar .primary')).status(), 200);
  await press(p, 'button[value="edit"]');
  assert.equal(await value(p, 'flows.missed.action'), 'do_nothing');
});
