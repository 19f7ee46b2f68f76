// Office hours as an admin sets them: by keyboard, with and without script,
// for one line, and from what Salesforce keeps.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fill, saveReviewed, submit, value } from './lib/browser.mjs';
import { judged } from './lib/demo.mjs';
import { placeCall } from './lib/program.mjs';
import { useDemo } from './lib/site.mjs';

const { site, visit } = useDemo();

const day = (name) => `office_hours.schedule.week.${name}`;
const own = (line, name) => `lines.${line}.office_hours.${name}`;

// lineOf is the first line of the page's list.
async function lineOf(p) {
  const href = await p.locator('[aria-labelledby="own-lines"] a').first().getAttribute('href');
  return new URL(href, site.url).searchParams.get('line');
}

test('a week is typed by keyboard alone, and the drawing follows', async (t) => {
  const p = await visit(t, '/rules/hours');
  await p.locator(`[name="${day('sat')}"]`).focus();
  await p.keyboard.type('22:00-06:00');
  const drawn = (name) => p.locator(`.weekday:has([name="${day(name)}"]) .daybar-open`).evaluateAll((all) => all.map((r) => [r.getAttribute('x'), r.getAttribute('width')]));
  assert.deepEqual(await drawn('sat'), [['1320', '120']]);
  assert.deepEqual(await drawn('sun'), [['0', '360']], 'what of the shift lies after midnight belongs to Sunday');
  await p.keyboard.press('Enter');
  await p.waitForSelector('button[value="edit"]'); // the review
  assert.equal((await saveReviewed(p)).status(), 303);
  await p.goto('/rules/hours');
  assert.equal(await value(p, day('sat')), '22:00-06:00');
  await fill(p, day('sat'), '');
  assert.equal((await submit(p, day('sat'))).status(), 303);
});

for (const script of [true, false]) {
  test(`a day is copied to others ${script ? 'at once' : 'without script'}, and nothing is saved`, async (t) => {
    const p = await visit(t, '/rules/hours', { script });
    await fill(p, day('mon'), '07:30-11:30');
    await p.locator('[name="copy_to"][value="sun"]').check();
    await p.locator('[name="do"][value="copy"]').click();
    await p.waitForLoadState('load');
    for (const name of ['mon', 'tue', 'fri', 'sun']) assert.equal(await value(p, day(name)), '07:30-11:30', name);
    assert.notEqual(await value(p, day('sat')), '07:30-11:30');
    const saved = await (await p.request.get('/rules/hours')).text();
    assert.ok(!saved.includes('07:30-11:30'), 'copying saved the week');
    if (script) await p.locator('[type="reset"]').click();
  });
}

test('every day says what is wrong with it', async (t) => {
  const p = await visit(t, '/rules/hours');
  await fill(p, day('mon'), '09:00-12:00, 11:00-13:00');
  await fill(p, day('tue'), 'mornings');
  await fill(p, day('wed'), '22:00-06:00');
  await fill(p, day('thu'), '05:00-09:00');
  const answer = await submit(p, day('mon'));
  assert.equal(answer.status(), 422);
  for (const [name, words] of [['mon', /overlap/], ['tue', /is no interval/], ['thu', /overlap/]]) {
    const field = p.locator(`[name="${day(name)}"]`);
    assert.equal(await field.getAttribute('aria-invalid'), 'true', name);
    assert.match(await p.locator(`.weekday:has([name="${day(name)}"]) .err`).innerText(), words);
  }
  assert.equal(await p.locator(`[name="${day('wed')}"]`).getAttribute('aria-invalid'), null);
});

test('the days of a country are listed before they are saved', async (t) => {
  const p = await visit(t, '/rules/hours', { script: false });
  await fill(p, 'office_hours.schedule.holiday_country', 'FR');
  await p.locator('[name="do"][value="country"]').click();
  await p.waitForLoadState('load');
  assert.ok(await p.locator('.preset li').count() >= 11);
  assert.match(await p.locator('.preset').innerText(), /Noël/);
});

test('what Salesforce keeps fills the form, and is saved only by saving', async (t) => {
  const p = await visit(t, '/rules/hours');
  const before = await value(p, day('sun'));
  await p.locator('form:has([name="import"]) button').click();
  await p.waitForLoadState('load');
  await p.locator('.import .radio', { hasText: 'Hotline' }).locator('input').check();
  await p.locator('.import').getByRole('button', { name: 'Fill in the form' }).click();
  await p.waitForLoadState('load');
  assert.equal(await value(p, day('sun')), '00:00-24:00');
  assert.ok(await p.locator('.changes > div').count() >= 7);
  const saved = await visit(t, '/rules/hours');
  assert.equal(await value(saved, day('sun')), before, 'filling the form saved it');
  await p.locator('[type="reset"]').click();
  await p.waitForURL((url) => !url.search);
});

test('a line has its own hours, a call on it is judged by them, and they are taken back', async (t) => {
  const p = await visit(t, '/rules/hours');
  const line = await lineOf(p);
  const name = await p.locator('[aria-labelledby="own-lines"] a .sr').first().innerText();
  await p.goto(`/rules/hours?line=${line}`);
  assert.equal(await p.locator(`[name="${own(line, 'schedule.week.mon')}"]`).isVisible(), false, 'the common week needs no days');
  await fill(p, 'own_week', 'own');
  for (const d of ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']) await fill(p, own(line, `schedule.week.${d}`), '');
  await fill(p, own(line, 'log'), 'only_open');
  assert.equal((await submit(p, own(line, 'log'))).status(), 303);
  assert.match(await p.locator('[aria-labelledby="own-lines"]').innerText(), /Closed all week/);

  await p.goto(`/rules/hours?line=${line}&test_date=2026-11-23&test_time=10:00`);
  assert.match(await p.locator('.answer').innerText(), /Closed[\s\S]*no hours on this day[\s\S]*Does not open again/);

  await placeCall(site.aircall, { type: 'missed', number: '+33199007721', line: name });
  await p.goto(await judged(p, `outcome=skipped&q=${encodeURIComponent('+33199007721')}`));
  assert.match(await p.locator('main').innerText(), /no hours on this day/);

  await p.goto(`/rules/hours?line=${line}`);
  await p.locator('button[value="remove_own"]').click();
  await p.getByRole('heading', { name: 'Review' }).first().waitFor();
  await p.locator('.savebar button.primary').click();
  await p.waitForLoadState('load');
  assert.equal(await p.locator('button[value="remove_own"]').count(), 0);
  assert.doesNotMatch(await p.locator('[aria-labelledby="own-lines"]').innerText(), /Closed all week/);
});

test('is it open at: a link gives the same answer as the form', async (t) => {
  const p = await visit(t, '/rules/hours');
  await fill(p, 'test_date', '2026-10-25');
  await fill(p, 'test_time', '02:30');
  await p.locator('[aria-labelledby="hours-test"] button').click();
  await p.waitForURL(/test_date=2026-10-25/);
  const said = await p.locator('.answer').innerText();
  assert.match(said, /comes twice/);
  assert.match(said, /Opens again on Monday 26 October 2026/);
  const again = await visit(t, new URL(p.url()).pathname + new URL(p.url()).search, { script: false });
  assert.equal(await again.locator('.answer').innerText(), said);
});
