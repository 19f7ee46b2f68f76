// Calls of the list are picked with the keyboard, the pointer or all at once,
// and replayed together: a plan, the progress, what became of each, a stop.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { phone } from './lib/browser.mjs';
import { axe, overflow } from './lib/checks.mjs';
import { judged } from './lib/demo.mjs';
import { placeCall, post, until } from './lib/program.mjs';
import { useDemo } from './lib/site.mjs';

const { site, visit } = useDemo();


const said = (page) => page.locator('.replay-said').innerText();
const picked = (page) => page.locator('input[name="id"]:checked').evaluateAll((all) => all.map((box) => box.value));
const bar = (page) => page.locator('[data-bulk]');
const ended = async (page, words) => until(`the replay to say ${words}`, 90, async () => words.test(await said(page)));

test('two calls are picked with the keyboard, planned, replayed and told', async (t) => {
  const page = await visit(t, '/activity?outcome=logged');
  assert.ok(!await bar(page).isVisible());
  for (const key of ['j', 'x', 'j', 'j', 'x']) await page.keyboard.press(key);
  await page.waitForFunction(() => document.querySelectorAll('input[name="id"]:checked').length === 2);
  assert.match(await bar(page).innerText(), /2 selected/);
  assert.deepEqual(await axe(page), []); // only script makes the bar
  assert.ok(await page.locator('[data-select-page]').evaluate((box) => box.indeterminate));
  assert.equal(await page.locator('[data-live-toggle]').innerText(), 'Paused');
  await page.keyboard.press('r');
  await page.waitForURL('**/activity/replay');
  const plan = await page.locator('main').innerText();
  assert.match(plan, /Replay 2 calls\?/);
  assert.match(plan, /about \d+ Salesforce requests/);
  assert.match(plan, /Have a task: .*\n?2/);
  await page.locator('main button.primary').click();
  await page.waitForURL('**/replays/*');
  await ended(page, /Done: 2 calls/);
  assert.match(await said(page), /2 logged/);
  assert.deepEqual(await page.locator('table.results tbody tr, .results tbody tr').count(), 2);
  assert.equal(await page.locator('.results').getByText('Task kept').count(), 2);
  await page.locator('a', { hasText: 'Back to the list' }).click();
  await page.waitForURL('**/activity*');
});

test('all that a filter finds is replayed until somebody stops it', async (t) => {
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10); // its calls change no more between plan and start
  const page = await visit(t, `/activity?to=${yesterday}`);
  await page.locator('input[name="id"]').first().click();
  await page.locator('[data-select-all]').click();
  assert.match(await bar(page).innerText(), /All \d+ selected/);
  assert.ok(await bar(page).getByText('Mark resolved…').isVisible());
  await bar(page).locator('[data-replay]').click();
  await page.waitForURL('**/activity/replay');
  const all = parseInt((await page.locator('h1').innerText()).match(/\d+/)[0], 10);
  assert.ok(all > 250, `the demo has only ${all} calls to replay`);
  await post(`${site.salesforce}/_sim/faults`, { kind: 'delay', delay_ms: 1500 });
  await page.locator('main button.primary').click();
  await page.waitForURL('**/replays/*');
  await page.locator('form[action$="/stop"] button').click();
  await page.waitForLoadState('load');
  await fetch(`${site.salesforce}/_sim/faults`, { method: 'DELETE' });
  await ended(page, /Stopped after \d+ of \d+/);
  const [, done, of] = (await said(page)).match(/Stopped after (\d+) of (\d+)/);
  assert.equal(Number(of), all);
  assert.ok(Number(done) < all, 'nothing was kept from being replayed');
  assert.equal(await page.locator('form[action$="/stop"]').count(), 0);
  await page.goto(`${page.url()}?only=waiting`);
  assert.match(await page.locator('.results').innerText(), /Not replayed: stopped before/);
});

test('all failures that a filter finds are marked as resolved, and taken back', async (t) => {
  const page = await visit(t, '/activity?outcome=failed&resolved=no');
  await page.locator('input[name="id"]').first().click();
  await page.locator('[data-select-all]').click();
  await bar(page).getByText('Mark resolved…').click();
  await page.waitForURL('**/activity/resolve');
  assert.match(await page.locator('h1').innerText(), /^Mark \d+ calls? as resolved\?$/);
  const marked = await page.locator('main button.primary').innerText();
  await page.locator('main button.primary').click();
  await page.waitForURL((url) => url.pathname === '/activity' && url.searchParams.get('resolved') === 'no');
  assert.equal(await page.locator('input[name="id"]').count(), 0);
  await page.goto('/activity?resolved=yes');
  await page.locator('input[name="id"]').first().click();
  await page.locator('[data-select-all]').click();
  await bar(page).getByText('Not resolved…').click();
  await page.waitForURL('**/activity/unresolve');
  assert.match(await page.locator('h1').innerText(), /^Take back the mark of \d+ calls?\?$/);
  await page.locator('main button.primary').click();
  await page.waitForURL((url) => url.pathname === '/activity' && url.searchParams.get('resolved') === 'yes');
  await page.goto('/activity?outcome=failed&resolved=no');
  assert.ok(await page.locator('input[name="id"]').count() > 0, marked);
});

test('a range is picked with Shift, the page with its box, and Escape clears', async (t) => {
  const page = await visit(t, '/activity');
  const boxes = page.locator('input[name="id"]');
  await boxes.nth(1).click();
  await boxes.nth(4).click({ modifiers: ['Shift'] });
  await until('four to be picked', 60, async () => (await picked(page)).length === 4);
  await boxes.nth(2).click();
  await until('one to be taken back', 60, async () => (await picked(page)).length === 3);
  await page.locator('[data-select-page]').check();
  assert.equal((await picked(page)).length, await boxes.count());
  await page.keyboard.press('Escape');
  assert.equal((await picked(page)).length, 0);
  assert.ok(!await bar(page).isVisible());
});

test('the list stands still while calls are picked, and the picks outlive a refresh', async (t) => {
  const page = await visit(t, '/activity');
  const box = page.locator('input[name="id"]').nth(2);
  const id = await box.getAttribute('value');
  await box.click();
  let asked = 0;
  page.on('request', (r) => { if (r.headers()['hx-request']) asked += 1; });
  await placeCall(site.aircall, { type: 'inbound_answered', number: '+33199004177' });
  await judged(page, 'q=%2B33199004177'); // the page was told by then
  assert.equal(asked, 0);
  // A part that was on its way all the same keeps what is picked.
  await page.evaluate(async () => {
    const live = document.getElementById('live');
    const html = await (await fetch(live.dataset.hxGet, { headers: { 'HX-Request': 'true' } })).text();
    window.htmx.swap(live, html, { swapStyle: 'morph:innerHTML' });
  });
  assert.deepEqual(await picked(page), [id]);
  await page.locator('[data-select-none]').click();
  await until('the list to be fetched again', 60, () => asked > 0);
});

test('shortcuts leave fields alone and can be switched off', async (t) => {
  const page = await visit(t, '/activity');
  await page.keyboard.press('/');
  await page.keyboard.type('jx');
  assert.equal(await page.locator('[data-search]').inputValue(), 'jx');
  assert.equal((await picked(page)).length, 0);
  await page.locator('h1').click();
  await page.keyboard.press('?');
  assert.match(await page.locator('#shortcuts').innerText(), /Select the call/);
  await page.locator('[data-shortcuts-toggle]').uncheck();
  await page.locator('#shortcuts button').last().click();
  for (const key of ['j', 'x']) await page.keyboard.press(key);
  assert.equal((await picked(page)).length, 0);
  await page.reload();
  for (const key of ['j', 'x']) await page.keyboard.press(key);
  assert.equal((await picked(page)).length, 0);
});

test('without script the boxes and buttons do the same work', async (t) => {
  const page = await visit(t, '/activity?outcome=logged', { script: false });
  assert.ok(await bar(page).isVisible());
  assert.ok(!await page.locator('[data-select-page]').isVisible());
  await page.locator('input[name="id"]').first().check();
  await bar(page).getByRole('button', { name: 'Replay…', exact: true }).click();
  assert.match(await page.locator('h1').innerText(), /Replay 1 call\?/);
  await page.locator('main button.primary').click();
  await page.waitForURL('**/replays/*');
  await until('the replay to be done', 60, async () => {
    await page.reload();
    return /Done: 1 call/.test(await said(page));
  });
  await page.goto('/activity?outcome=failed');
  await bar(page).getByRole('button', { name: /^Replay all/ }).click();
  assert.match(await page.locator('main').innerText(), /the filter found/);
});

test('a box to pick can be touched, and at the end of a telephone’s list the bar covers nothing', async (t) => {
  const page = await visit(t, '/activity', { size: phone });
  await page.locator('input[name="id"]').nth(1).click();
  const box = await page.locator('.pickbox').nth(2).boundingBox();
  assert.ok(box.width >= 24 && box.height >= 24, `a box has ${box.width} by ${box.height} px`);
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  assert.deepEqual([...await axe(page), ...await overflow(page)], []);
});
