// The page of one call: why it failed, what a replay would change, the replay,
// and the way to the next call.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, open, phone, saveReviewed, signedIn } from './lib/browser.mjs';
import { axe, overflow, validate } from './lib/checks.mjs';
import { settled } from './lib/demo.mjs';
import { startDemo, until } from './lib/program.mjs';

let site;
let browser;
let state;

before(async () => {
  [site, browser] = await Promise.all([startDemo(), launch()]);
  await settled(site);
  state = await signedIn(browser, site);
});

after(async () => {
  await browser?.close();
  await site?.stop();
});

async function page(t, path, options = {}) {
  const { context, complaints } = await open(browser, { state, ...options });
  t.after(async () => {
    await context.close();
    assert.deepEqual(complaints, []);
  });
  const p = await context.newPage();
  await p.goto(site.url + path);
  return p;
}

// first is the address of the first call under a filter.
async function first(p, filter) {
  await p.goto(`${site.url}/activity?${filter}`);
  return p.locator('main a[href^="/activity/"]').evaluateAll((links) => links.map((a) => a.getAttribute('href')).find((h) => /^\/activity\/\d+/.test(h)));
}

test('a failed call is explained, tried dry and replayed', async (t) => {
  const p = await page(t, '/activity');
  const entry = await first(p, 'outcome=failed');
  assert.ok(entry, 'the demo has no failed call');
  const { pathname } = new URL(entry, site.url);
  await p.goto(site.url + entry);
  assert.ok(await p.locator('.callout ol.how > li').count() >= 2, 'no numbered steps');
  assert.ok(await p.locator('.trace > li').count() >= 5, 'no trace');
  await p.getByText('Report for support').click();
  assert.match(await p.locator('#report').innerText(), /outcome +failed/);
  await p.goto(`${site.url}${pathname}/dryrun?rules=now`);
  assert.match(await p.locator('#verdict').innerText(), /would/);
  assert.match(await p.locator('main').innerText(), /nothing was written/);
  assert.ok(await p.locator('tr.differs').count() > 3, 'a Task that is not there yet differs in every field');
  await p.goto(site.url + pathname);
  assert.match(await p.locator('.hero .badge').first().innerText(), /Failed/); // it was only a dry run
  const replays = p.waitForResponse((r) => r.request().method() === 'POST');
  await p.goto(`${site.url}${pathname}/dryrun?rules=now`);
  await p.getByRole('button', { name: 'Replay with these rules' }).click();
  assert.equal((await replays).status(), 303);
  await until('the replay', 60, async () => {
    await p.goto(site.url + pathname);
    return (await p.locator('.det-side .alist > li').count()) > 1;
  });
});

test('today’s rules change what a replay writes, that day’s do not', async (t) => {
  const p = await page(t, '/activity');
  const entry = await first(p, 'outcome=logged&type=missed');
  const { pathname } = new URL(entry, site.url);
  await p.goto(`${site.url}/rules/task`);
  await p.locator('[name="task.subjects.missed"]').fill('Please call {record} back');
  await Promise.all([
    p.waitForResponse((r) => r.request().method() === 'POST' && !r.url().endsWith('/preview')),
    p.locator('#task-form .savebar button.primary').click(),
  ]);
  await p.waitForLoadState('load');
  await saveReviewed(p);
  await p.goto(site.url + pathname);
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
  const p = await page(t, '/activity');
  const entry = await first(p, 'outcome=skipped');
  await p.goto(site.url + entry);
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

test('the pages are as good on a telephone, in the dark, in French, on paper and without script', async (t) => {
  const p = await page(t, '/activity');
  const failed = await first(p, 'outcome=failed');
  const updated = await first(p, 'outcome=logged&reason=updated_task');
  const paths = [failed, updated, `${new URL(updated, site.url).pathname}/dryrun?rules=now`].filter(Boolean);
  for (const options of [{ size: phone, scheme: 'dark' }, { size: { width: 320, height: 640 }, locale: 'fr-FR' }]) {
    for (const path of paths) {
      const q = await page(t, path, options);
      assert.deepEqual([...await axe(q), ...await overflow(q)], [], path);
    }
  }
  const q = await page(t, paths.at(-1), { script: false });
  assert.equal(await q.locator('#verdict').count(), 1);
  for (const path of paths) assert.deepEqual(await validate(await (await p.request.get(site.url + path)).text()), [], path);
  await p.goto(site.url + updated);
  await p.emulateMedia({ media: 'print' });
  assert.equal(await p.locator('.side').first().isVisible(), false);
  assert.equal(await p.locator('.hero .btn').first().isVisible(), false);
  assert.ok(await p.locator('details.request pre').first().isVisible(), 'a folded request is not printed');
});
