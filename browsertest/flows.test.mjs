// What an admin does on the pages, from the form to the Task in the org.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fill, submit, value } from './lib/browser.mjs';
import { judged } from './lib/demo.mjs';
import { placeCall, until } from './lib/program.mjs';
import { useDemo } from './lib/site.mjs';

const { site, visit } = useDemo();

// entryOf waits until the call with the number has the outcome, and opens it.
const entryOf = async (p, number, outcome) => p.goto(await judged(p, `outcome=${outcome}&q=${encodeURIComponent(number)}`));

// task are the links to the Task in the org.
const task = (p) => p.locator(`a[href^="${site.salesforce}"][href*="/00T"], a[href^="${site.salesforce}"][href*="/Task/"]`);

const text = (p) => p.locator('main').innerText();

test('a call type set to do nothing makes the next such call skipped, and says why', async (t) => {
  const p = await visit(t, '/rules/flows');
  const before = await value(p, 'flows.missed.action');
  assert.notEqual(before, 'do_nothing');
  await fill(p, 'flows.missed.action', 'do_nothing');
  const answer = await submit(p, 'flows.missed.action');
  assert.equal(answer.status(), 303);
  assert.equal(await value(p, 'flows.missed.action'), 'do_nothing');

  await placeCall(site.aircall, { type: 'missed', number: '+33199007701' });
  await entryOf(p, '+33199007701', 'skipped');
  assert.match(await text(p), /skipped/i);
  assert.match(await text(p), /do nothing/i);

  await p.goto('/rules/flows');
  await fill(p, 'flows.missed.action', before);
  assert.equal((await submit(p, 'flows.missed.action')).status(), 303);
});

test('a call from a new number becomes a Task that the org shows', async (t) => {
  const p = await visit(t, '/activity');
  await placeCall(site.aircall, { type: 'inbound_answered', number: '+33199007702' });
  await entryOf(p, '+33199007702', 'logged');
  const org = await p.context().newPage();
  await org.goto(await task(p).first().getAttribute('href'));
  assert.match(await org.locator('main').innerText(), /Inbound answered call from/);
  assert.match(await org.locator('main').innerText(), /Completed/);
});

test('a call that the org refused is replayed from its page and then logged', async (t) => {
  const p = await visit(t, '/activity?outcome=failed');
  const href = await p.locator('main a[href^="/activity/"]').first().getAttribute('href');
  await p.goto(href);
  assert.match(await text(p), /follow-up date/, "Salesforce's own words are missing");
  const [answer] = await Promise.all([
    p.waitForResponse((r) => r.request().method() === 'POST' && r.url().endsWith('/replay')),
    p.locator('form[action$="/replay"] button[type="submit"]').first().click(),
  ]);
  assert.equal(answer.status(), 303);
  await p.locator('.hero .badge', { hasText: 'Logged' }).waitFor({ timeout: 90_000 }); // the page stays up to date
  assert.ok(await task(p).count());
});

test('a form with mistakes comes back as typed, and names the field', async (t) => {
  const p = await visit(t, '/rules/flows');
  await fill(p, 'settle_seconds', '99999');
  const answer = await submit(p, 'settle_seconds');
  assert.equal(answer.status(), 422);
  const field = p.locator('[name="settle_seconds"]').first();
  assert.equal(await field.inputValue(), '99999');
  assert.equal(await field.getAttribute('aria-invalid'), 'true');
  const id = await field.getAttribute('id');
  assert.ok(await p.locator(`a[href="#${id}"]`).count(), 'no list of mistakes leads to the field');
  assert.ok(await p.locator(`#${(await field.getAttribute('aria-describedby')).split(' ').join(', #')}`).count(), 'the field has no words beside it');
  assert.match(await p.title(), /^Error/);
});

test('a wrong password is told without saying which of the two is wrong', async (t) => {
  const p = await visit(t, '/signin', { stranger: true });
  await p.locator('[name="email"]').fill(site.email);
  await p.locator('[name="password"]').fill('not the password');
  const answer = await submit(p, 'password');
  assert.equal(answer.status(), 422);
  assert.equal(await value(p, 'email'), site.email);
  assert.equal(await value(p, 'password'), '');
});

test('a new call appears on the open list by itself', async (t) => {
  const p = await visit(t, '/activity');
  await placeCall(site.aircall, { type: 'inbound_answered', number: '+33199007703' });
  const shown = p.locator('main').getByText(/99 00 77 03/).or(p.locator('main').getByText('+33199007703')).or(p.locator('main a', { hasText: /new call/i }));
  await shown.first().waitFor({ timeout: 60_000 });
});

test('filters stand in the address and narrow the list', async (t) => {
  const p = await visit(t, '/activity?outcome=skipped&type=outbound_unanswered');
  const rows = p.locator('main a[href^="/activity/"]');
  assert.ok(await rows.count() > 0);
  assert.doesNotMatch(await p.locator('main table').first().innerText(), /Inbound answered/);
  const file = await p.context().request.get('/activity.csv?outcome=skipped&type=outbound_unanswered');
  assert.equal(file.status(), 200);
  const lines = (await file.text()).trim().split('\n');
  assert.ok(lines.length > 1);
  assert.ok(lines.slice(1).every((line) => !/;logged;|,logged,/.test(line)));
});
