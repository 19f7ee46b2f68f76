// Everything works for a browser that runs no script.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fill, submit, value } from './lib/browser.mjs';
import { until } from './lib/program.mjs';
import { useDemo } from './lib/site.mjs';

const { site, visit } = useDemo();

test('the door opens', async (t) => {
  const page = await visit(t, '/signin', { stranger: true, script: false });
  await fill(page, 'email', site.email);
  await fill(page, 'password', site.password);
  assert.equal((await submit(page, 'password')).status(), 303);
  assert.equal(new URL(page.url()).pathname, '/');
});

test('every entry of the navigation leads to a page with its heading', async (t) => {
  const page = await visit(t, '/', { script: false });
  const links = await page.locator('nav a[href^="/"]').evaluateAll((all) => [...new Set(all.map((a) => a.getAttribute('href')))]);
  assert.ok(links.length >= 7, `only ${links}`);
  for (const link of links) {
    const answer = await page.goto(link);
    assert.equal(answer.status(), 200, link);
    assert.equal(await page.locator('h1').count(), 1, link);
    assert.ok((await page.locator('main').innerText()).trim().length > 40, link);
  }
});

test('rules are changed and saved', async (t) => {
  const page = await visit(t, '/rules/flows', { script: false });
  const before = await value(page, 'flows.voicemail.action');
  const other = before === 'completed' ? 'in_progress' : 'completed';
  await fill(page, 'flows.voicemail.action', other);
  assert.equal((await submit(page, 'flows.voicemail.action')).status(), 303);
  await page.goto('/rules/flows');
  assert.equal(await value(page, 'flows.voicemail.action'), other);
});

test('the list is searched by its form', async (t) => {
  const page = await visit(t, '/activity', { script: false });
  await page.locator('[name="q"]').first().fill('nobody-has-this-name');
  await page.locator('form:has([name="q"]) button[type="submit"]').first().click();
  await page.waitForURL(/q=nobody-has-this-name/);
  assert.equal(await page.locator('main a[href^="/activity/"]:has-text("+33")').count(), 0);
});

test('a refused call is replayed', async (t) => {
  const page = await visit(t, '/activity?outcome=failed', { script: false });
  const href = await page.locator('main a[href^="/activity/"]').first().getAttribute('href');
  await page.goto(href);
  await page.locator('form[action$="/replay"] button[type="submit"]').first().click();
  await page.waitForLoadState('load');
  await until('the replayed call to be logged', 90, async () => {
    const failed = await (await page.request.get('/activity?outcome=failed')).text();
    return !failed.includes(`href="${href}"`);
  });
});

test('the language is changed by a link', async (t) => {
  const page = await visit(t, '/?lang=fr', { script: false });
  assert.match(await page.locator('html').getAttribute('lang'), /^fr/);
  await page.goto('/?lang=en');
});
