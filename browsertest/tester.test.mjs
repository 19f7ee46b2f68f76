// The number tester: what it says is what a real call then gets.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fill } from './lib/browser.mjs';
import { judged } from './lib/demo.mjs';
import { placeCall } from './lib/program.mjs';
import { useDemo } from './lib/site.mjs';

const { site, visit } = useDemo();

const entries = async (p) => {
  await p.goto('/activity');
  return p.locator('main a[href^="/activity/"]').count();
};

// ask fills the form in and sends it.
async function ask(p, values) {
  await p.goto('/rules/test');
  for (const [name, value] of Object.entries(values)) await fill(p, name, value);
  await p.locator('form[action="/rules/test"] button[type="submit"]').click();
  await p.waitForURL(/number=/);
}

const field = (p, name) => p.locator('dl.task > div', { has: p.locator(`dt code:text-is("${name}")`) }).locator('dd').innerText();

test('the Task it foresees is the one that a real call writes', async (t) => {
  const p = await visit(t, '/rules/test');
  const number = '+33199007790';
  await ask(p, { number: '01 99 00 77 90', type: 'missed' });
  assert.match(await p.locator('main').innerText(), /\+33199007790/);
  assert.match(await p.locator('#verdict').innerText(), /would be/);
  const logged = await p.locator('dl.task').count() === 1;
  const foreseen = logged ? await field(p, 'Subject') : '';
  await placeCall(site.aircall, { type: 'missed', number });
  await p.goto(await judged(p, `outcome=${logged ? 'logged' : 'skipped'}&q=${encodeURIComponent(number)}`));
  if (logged) {
    const task = await p.locator(`a[href^="${site.salesforce}"][href*="00T"]`).first().getAttribute('href');
    const org = await p.context().newPage();
    await org.goto(task);
    const line = foreseen.split(' on ')[0];
    assert.ok((await org.locator('main').innerText()).includes(line), `the org does not show “${line}”`);
    await org.close();
  }
  await p.getByRole('link', { name: 'Test the number' }).click();
  assert.match(await p.locator('input[name="number"]').inputValue(), /7790/);
  assert.equal(await p.locator('#verdict').count(), 1);
});

test('it changes nothing: no entry, no Task, no version', async (t) => {
  const p = await visit(t, '/rules/history');
  const versions = await p.locator('.versions > li').count();
  const before = await entries(p);
  const tasks = async () => (await fetch(`${site.salesforce}/`)).status; // the org is up
  await ask(p, { number: '+12025550199', type: 'inbound_answered' });
  assert.match(await p.locator('main').innerText(), /only a test|would be skipped/);
  assert.equal(await tasks(), 200);
  assert.ok(Math.abs(await entries(p) - before) <= 2); // the demo's own traffic goes on
  await p.goto('/rules/history');
  assert.equal(await p.locator('.versions > li').count(), versions);
});

test('hidden numbers, own lines and mistakes are told', async (t) => {
  const p = await visit(t, '/rules/test');
  await ask(p, { number: 'anonymous' });
  assert.match(await p.locator('main').innerText(), /never searched/);
  await ask(p, { number: '+33 1 99 00 00 11' });
  assert.match(await p.locator('main').innerText(), /Your own line\s+Sales FR/);
  await p.goto('/rules/test?number=');
  assert.match(await p.title(), /^Error: /);
  assert.equal(await p.locator('[name="number"][aria-invalid="true"]').count(), 1);
});

test('an answer needs no script', async (t) => {
  const p = await visit(t, '/rules/test?number=%2B441632960007&type=inbound_answered', { script: false });
  assert.equal(await p.locator('#verdict').count(), 1);
});
