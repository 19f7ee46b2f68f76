// What is typed is asked for in another language without losing it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fill, value } from './lib/browser.mjs';
import { useDemo } from './lib/site.mjs';

const { visit } = useDemo();

async function posted(p, act) {
  const [answer] = await Promise.all([p.waitForResponse((r) => r.request().method() === 'POST'), act()]);
  await p.waitForLoadState('load');
  return answer.status();
}

test('a draft speaks French and English, and the Enter key still does what it did', async (t) => {
  const p = await visit(t, '/rules/flows');
  const language = (code) => p.locator(`.side button[lang="${code}"]`).click();
  await fill(p, 'flows.missed.action', 'do_nothing');
  await posted(p, () => p.locator('.savebar .primary').click());
  await p.locator('[name="note"]').fill('why');
  assert.equal(await posted(p, () => language('fr')), 200);
  assert.equal(await p.locator('html').getAttribute('lang'), 'fr');
  assert.equal(await p.locator('[name="note"]').inputValue(), 'why');
  await posted(p, () => p.locator('.savebar button[value="edit"]').click());
  assert.equal(await posted(p, () => language('en')), 200);
  assert.equal(await value(p, 'flows.missed.action'), 'do_nothing');
  await posted(p, () => p.locator('[name="settle_seconds"]').press('Enter'));
  assert.equal(await p.locator('html').getAttribute('lang'), 'en');
  assert.equal(await posted(p, () => p.locator('[name="note"]').press('Enter')), 303);
  assert.equal(await value(p, 'flows.missed.action'), 'do_nothing');
});

test('what is typed beside is kept, a secret stays where it is, and the Enter key erases nothing', async (t) => {
  const p = await visit(t, '/connections/salesforce');
  const language = (code) => p.locator(`.side button[lang="${code}"]`).click();
  await p.locator('[name="client_id"]').fill('half an id');
  await p.locator('[name="client_secret"]').fill('canary');
  const [sent] = await Promise.all([p.waitForRequest((r) => r.method() === 'POST'), language('fr')]);
  await p.waitForLoadState('load');
  assert.doesNotMatch(sent.postData(), /client_secret|canary/);
  assert.equal(await p.locator('[name="client_id"]').inputValue(), 'half an id');
  await p.goto(new URL('/privacy', p.url()).href);
  await p.locator('[name="number"]').fill('+33 1 99 00 12 34');
  await posted(p, () => language('en'));
  assert.equal(await p.locator('[name="number"]').inputValue(), '+33 1 99 00 12 34');
  assert.equal(await posted(p, () => p.locator('[name="number"]').press('Enter')), 200);
  assert.equal(await p.locator('[name="step"]').inputValue(), 'erase');
});
