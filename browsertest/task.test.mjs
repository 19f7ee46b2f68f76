// What stands in a Task: the preview on a past call, with and without script,
// and fields of the org.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fill, saveReviewed, value } from './lib/browser.mjs';
import { axe } from './lib/checks.mjs';
import { useDemo } from './lib/site.mjs';

const { visit } = useDemo();

// save presses the main button. The preview, which is a post too, is no answer.
async function save(p) {
  const [answer] = await Promise.all([
    p.waitForResponse((r) => r.request().method() === 'POST' && !r.url().endsWith('/preview')),
    p.locator('#draft .savebar button.primary').click(),
  ]);
  await p.waitForLoadState('load');
  return (await saveReviewed(p)) ?? answer;
}

const preview = (p) => p.locator('.task');

test('the preview follows what is typed, shows a call of its type and saves nothing', async (t) => {
  const p = await visit(t, '/rules/task');
  await fill(p, 'task.subjects.missed', 'Please call {record} back');
  await preview(p).getByText(/^Please call .+ back$/).waitFor();
  assert.match(await p.locator('.differs .then').first().innerText(), /Missed call from/);
  await p.locator('button[data-insert="{line}"]').click();
  assert.match(await value(p, 'task.subjects.missed'), /\{line\}$/);
  await preview(p).getByText(/^Please call .+ back\S* ?(Sales|Support|Billing|.+)/).waitFor();
  await p.evaluate(() => window.scrollTo(0, document.body.scrollHeight)); // the bar to save covers nothing there
  assert.deepEqual(await axe(p), []);
  const again = await (await p.context().request.get('/rules/task')).text();
  assert.doesNotMatch(again, /Please call/);
  await p.locator('button[type="reset"]').click();
});

test('a button shows the preview without script', async (t) => {
  const p = await visit(t, '/rules/task', { script: false });
  await fill(p, 'task.subjects.missed', 'Ring {record}');
  const missed = await p.locator('#preview-entry optgroup[data-previews="task.subjects.missed"] option').first().getAttribute('value');
  await p.locator('#preview-entry').selectOption(missed);
  await Promise.all([p.waitForResponse((r) => r.request().method() === 'POST'), p.locator('button[name="do"][value="preview"]').click()]);
  await p.waitForLoadState('load');
  assert.match(await preview(p).innerText(), /Ring /);
  assert.equal(await value(p, 'task.subjects.missed'), 'Ring {record}');
});

test('a field is added, previewed, saved and taken out', async (t) => {
  const p = await visit(t, '/rules/task');
  const rows = p.locator('[data-row-new]');
  const before = await rows.count();
  await p.locator('button[data-add-row]').click();
  assert.equal(await rows.count(), before + 1);
  const field = 'Talk_Seconds__c';
  await p.locator('[name="new_field"]').first().selectOption(field);
  await p.locator('[name="new_template"]').first().fill('{agent}');
  assert.equal((await save(p)).status(), 422);
  assert.match(await p.locator('.map .err').innerText(), /holds a number/);
  await fill(p, `task.fields.${field}`, '{talk_seconds}');
  await preview(p).getByText('Talk seconds').waitFor();
  assert.equal((await save(p)).status(), 303);
  assert.equal(await value(p, `task.fields.${field}`), '{talk_seconds}');
  await p.locator(`button[value="remove:${field}"]`).click();
  assert.equal((await save(p)).status(), 303);
  assert.equal(await p.locator(`[name="task.fields.${field}"]`).count(), 0);
});

test('a word in braces that is none is named beside its field', async (t) => {
  const p = await visit(t, '/rules/task');
  await fill(p, 'task.subjects.voicemail', 'Heard from {caller}');
  assert.equal((await save(p)).status(), 422);
  const said = await p.locator('.subject .err').innerText();
  assert.match(said, /\{caller\}/);
  assert.match(said, /\{record\}/);
});

test('discarding brings back the row that was taken out and the order that was', async (t) => {
  const p = await visit(t, '/rules/task');
  await p.locator('[name="new_field"]').first().selectOption('Line_Name__c');
  await p.locator('[name="new_template"]').first().fill('{line}');
  assert.equal((await save(p)).status(), 303);
  await p.locator('button[value="remove:Line_Name__c"]').click();
  assert.equal(await p.locator('[name="task.fields.Line_Name__c"]').isVisible(), false);
  await p.locator('button[type="reset"]').click();
  await p.locator('[name="task.fields.Line_Name__c"]').waitFor();
  assert.equal(await value(p, 'task.fields.Line_Name__c'), '{line}');
});

test('the parts of the description keep the order they are given', async (t) => {
  const p = await visit(t, '/rules/task');
  const parts = () => p.locator('[name="task.description"]').evaluateAll((boxes) => boxes.map((b) => b.value));
  const [first, second] = await parts();
  await p.locator(`button[value="down:${first}"]`).click();
  assert.deepEqual((await parts()).slice(0, 2), [second, first]);
  assert.equal((await save(p)).status(), 303);
  assert.deepEqual((await parts()).slice(0, 2), [second, first]);
  await p.locator(`button[value="up:${first}"]`).click();
  assert.equal((await save(p)).status(), 303);
});
