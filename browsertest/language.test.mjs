// A draft of the rules is asked for in another language without losing it.
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
