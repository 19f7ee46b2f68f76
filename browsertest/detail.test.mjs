// The page of one call: why it failed, what a replay would change, the replay,
// and the way to the next call.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { saveReviewed } from './lib/browser.mjs';
import { until } from './lib/program.mjs';
import { useDemo } from './lib/site.mjs';

const { site, visit } = useDemo();

// first is the address of the first call under a filter.
async function first(p, filter) {
  await p.goto(`/activity?${filter}`);
  return p.locator('main a[href^="/activity/"]').evaluateAll((links) => links.map((a) => a.getAttribute('href')).find((h) => /^\/activity\/\d+/.test(h)));
}

test('a failed call is explained, tried dry and replayed', async (t) => {
  const p = await visit(t, '/activity');
  const entry = await first(p, 'outcome=failed');
  assert.ok(entry, 'the demo has no failed call');
  const { pathname } = new URL(entry, site.url);
  await p.goto(entry);
  assert.ok(await p.locator('.callout ol.how > li').count() >= 2, 'no numbered steps');
  assert.ok(await p.locator('.trace > li').count() >= 5, 'no trace');
  await p.getByText('Report for support').click();
  assert.match(await p.locator('#report').innerText(), /outcome +failed/);
  await p.goto(`${pathname}/dryrun?rules=now`);
  assert.match(await p.locator('#verdict').innerText(), /would/);
  assert.match(await p.locator('main').innerText(), /nothing was written/);
  assert.ok(await p.locator('tr.differs').count() > 3, 'a Task that is not there yet differs in every field');
  await p.goto(pathname);
  assert.match(await p.locator('.hero .badge').first().innerText(), /Failed/); // it was only a dry run
  const replays = p.waitForResponse((r) => r.request().method() === 'POST');
  await p.goto(`${pathname}/dryrun?rules=now`);
  await p.getByRole('button', { name: 'Replay with these rules' }).click();
  assert.equal((await replays).status(), 303);
  await until('the replay', 60, async () => {
    await p.goto(pathname);
    return (await p.locator('.det-side .alist > li').count()) > 1;
  });
});

test('today’s rules change what a replay writes, that day’s do not', async (t) => {
  const p = await visit(t, '/activity');
  const entry = await first(p, 'outcome=logged&type=missed');
  const { pathname } = new URL(entry, site.url);
  await p.goto('/rules/task');
  await p.locator('[name="task.subjects.missed"]').fill('Please call {record} back');
  await Promise.all([
    p.waitForResponse((r) => r.request().method() === 'POST' && !r.url().endsWith('/preview')),
    p.locator('#draft .savebar button.primary').click(),
  ]);
  await p.waitForLoadState('load');
  await saveReviewed(p);
  await p.goto(pathname);
  await p.getByRole('link', { name: 'Dry run' }).click();
  const said = await p.locator('main').innerText();
  assert.match(said, /Please call .+ back/);
  assert.match(await p.locator('.rulediff').innerText(), /Please call/);
  await p.locator('#dry-then').check();
  await p.locator('.det-side button[type="submit"]').click();
  await p.waitForURL(/rules=then/);
  assert.doesNotMatch(await p.locator('.det-main').innerText(), /Please call/);
});

test('the next call within the filter is one link or one key away', async (t) => {
  const p = await visit(t, '/activity');
  const entry = await first(p, 'outcome=skipped');
  await p.goto(entry);
  const older = p.getByRole('link', { name: /older/i });
  const to = await older.getAttribute('href');
  assert.match(to, /outcome=skipped/);
  await older.click();
  await p.waitForURL(site.url + to);
  await p.keyboard.press('k');
  await p.waitForURL(site.url + entry);
  await p.keyboard.press('j');
  await p.waitForURL(site.url + to);
  assert.match(await p.locator('.hero .badge').first().innerText(), /Skipped/);
});

test('a dry run needs no script, and paper shows the requests and nothing to press', async (t) => {
  const p = await visit(t, '/activity');
  const updated = await first(p, 'outcome=logged&reason=updated_task');
  const plain = await visit(t, `${new URL(updated, site.url).pathname}/dryrun?rules=now`, { script: false });
  assert.equal(await plain.locator('#verdict').count(), 1);
  await p.goto(updated);
  await p.emulateMedia({ media: 'print' });
  assert.equal(await p.locator('.side').first().isVisible(), false);
  assert.equal(await p.locator('main').getByRole('button').filter({ visible: true }).count(), 0, 'a button is printed');
  const ink = await p.evaluate(() => {
    document.documentElement.dataset.theme = 'dark';
    const { backgroundColor, color } = getComputedStyle(document.body);
    return `${color} on ${backgroundColor}`;
  });
  assert.equal(ink, 'rgb(0, 0, 0) on rgb(255, 255, 255)', 'a dark page is printed dark');
  assert.ok(await p.locator('details.step:not([open]) .rr pre').first().isVisible(), 'a folded step is not printed');
});
