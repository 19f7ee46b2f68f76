// What needs a person is mended, replayed, resolved and answered on one page.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeCall, post, until } from './lib/program.mjs';
import { useDemo } from './lib/site.mjs';

const { site, visit } = useDemo();

// refuse makes the org refuse calls with these words until it is mended, and
// waits until the page tells of them. Events that come after that log a call by
// themselves, so what is looked at as refused is mended last.
async function refuse(page, words, numbers) {
  await post(`${site.salesforce}/_sim/faults`, { kind: 'validation_rule', object: 'Task', message: words });
  for (const number of numbers) await placeCall(site.aircall, { type: 'inbound_answered', number });
  await until('the refused calls to be told', 60, async () => {
    await page.goto('/attention');
    const told = await group(page, words).locator('.cnt').allInnerTexts();
    return told.some((text) => parseInt(text, 10) >= numbers.length);
  });
}

const mend = () => fetch(`${site.salesforce}/_sim/faults`, { method: 'DELETE' });

const group = (page, words) => page.locator('.callout-bad', { hasText: words });
const size = async (page, words) => parseInt((await group(page, words).locator('.cnt').allInnerTexts())[0] ?? '0', 10);
const counted = async (page) => parseInt(await page.locator('.side [data-count="attention"]').innerText() || '0', 10);

for (const script of [true, false]) {
  test(`all calls of a cause are replayed, ${script ? 'seen live' : 'without script'}`, async (t) => {
    const words = script ? 'Choose a campaign first' : 'Choose a region first';
    const page = await visit(t, '/attention', { script });
    await refuse(page, words, ['+33199004101', '+33199004102']);
    await group(page, words).getByRole('link', { name: /^Replay all/ }).click();
    await page.waitForURL(/\/attention\/replay/);
    await mend();
    assert.match(await page.locator('main').innerText(), /about \d+ requests to Salesforce/);
    await page.locator('main button.primary').click();
    await page.waitForURL((url) => url.pathname === '/attention');
    await until('the replay to be done', 60, async () => {
      if (!script) await page.reload();
      return /Done: \d+ calls?/.test(await page.locator('section:has(#replays) li').first().innerText());
    });
    assert.match(await page.locator('section:has(#replays) li').first().innerText(), /\d+ logged/);
    // A call of the demo's own that was refused at the last moment may be left.
    await until('the calls to go', 60, async () => {
      if (!script) await page.reload();
      return await group(page, words).getByText(/\+33 1 99 00 41 0[12]/).count() === 0;
    });
  });
}

test('what needs no task is marked as resolved, and taken back', async (t) => {
  const words = 'Nobody needs this one';
  const page = await visit(t, '/attention');
  await refuse(page, words, ['+33199004103']);
  const call = group(page, words).getByText('+33 1 99 00 41 03');
  const before = await counted(page);
  const failed = await size(page, words);
  await group(page, words).getByRole('link', { name: /^Mark as resolved/ }).click();
  await page.waitForURL(/\/attention\/resolve/);
  await page.locator('main button.primary').click();
  await page.waitForURL((url) => url.pathname === '/attention');
  assert.equal(await call.count(), 0);
  const since = await size(page, words); // of calls that were refused meanwhile
  assert.ok(await counted(page) <= before - failed + since + 1, 'the count is as before'); // a question may have come too
  const resolved = page.locator('section:has(#resolved)');
  assert.match(await resolved.innerText(), /demo@example\.com/);
  await resolved.getByRole('button', { name: /^Take back/ }).first().click();
  await page.waitForLoadState('load');
  await call.waitFor();
  await mend();
});

test('what is pressed stays under the pointer while news come', async (t) => {
  const page = await visit(t, '/attention');
  await refuse(page, 'Press here', ['+33199004104']);
  await group(page, 'Press here').getByRole('link', { name: /^Replay all/ }).hover();
  await page.mouse.down();
  await mend();
  const fresh = await page.context().newPage();
  await refuse(fresh, 'Above the others', ['+33199004105']);
  await mend();
  assert.equal(await group(page, 'Above the others').count(), 0);
  await page.mouse.up();
  await page.waitForURL(/\/attention\/replay/);
});

test('a press that opens the menu of the browser holds no news back', async (t) => {
  const page = await visit(t, '/attention');
  await page.locator('h1').hover();
  await page.mouse.down({ button: 'right' }); // where a menu opens, its end is told to nobody
  const fresh = await page.context().newPage();
  await refuse(fresh, 'Beside a menu', ['+33199004106']);
  await group(page, 'Beside a menu').waitFor();
  await mend();
});

test('a number is answered for all of its calls', async (t) => {
  const page = await visit(t, '/attention');
  const card = page.locator('.inbox > .card').first();
  const id = await card.getAttribute('id');
  const title = await card.locator('h3').innerText();
  await card.locator('input[type="radio"]').first().check();
  assert.ok(await card.locator('input[name="remember"]').isChecked());
  await card.getByRole('button').click();
  await page.waitForLoadState('load');
  assert.equal(new URL(page.url()).pathname, '/attention');
  assert.equal(await page.locator(`#${id}`).count(), 0);
  assert.ok(!(await page.locator('.inbox h3').allInnerTexts()).includes(title), 'the number is asked again');
});

test('a half-made choice outlives what comes in', async (t) => {
  const page = await visit(t, '/attention');
  const pick = page.locator('.inbox input[type="radio"]').first();
  await pick.check();
  const fetched = page.waitForResponse((r) => r.request().headers()['hx-request'] === 'true' && r.url().endsWith('/attention'));
  await page.locator('h1').click();
  await placeCall(site.aircall, { type: 'inbound_answered', number: '+33199004199' });
  await fetched;
  await page.waitForTimeout(300);
  assert.ok(await pick.isChecked());
});
