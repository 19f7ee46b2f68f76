// A page says when its server is gone, takes it back by itself, and says when a
// form is on its way.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { open } from './lib/browser.mjs';
import { axe } from './lib/checks.mjs';
import { useDemo } from './lib/site.mjs';

const { site, visit } = useDemo({ history: false });

test('a lost connection is told and taken back', async (t) => {
  const { context } = await open(site.browser, { state: site.state, base: site.url }); // it complains, as it should
  t.after(() => context.close());
  const page = await context.newPage();
  await page.goto('/activity');
  const notice = page.locator('#offline');
  assert.equal(await notice.innerText(), '');
  await context.setOffline(true);
  await page.locator('#offline:not(:empty)').waitFor();
  assert.match(await notice.innerText(), /No connection/);
  assert.equal(await notice.getAttribute('role'), 'status');
  assert.deepEqual(await axe(page), []);
  await context.setOffline(false);
  await page.locator('#offline:empty').waitFor({ state: 'attached' });
});

test('a form that is being sent says so and is sent once', async (t) => {
  const page = await visit(t, '/signin', { stranger: true });
  let sent = 0;
  page.on('request', (r) => { sent += r.method() === 'POST' ? 1 : 0; });
  await page.locator('[name="email"]').fill(site.email);
  await page.locator('[name="password"]').fill(site.password);
  const busy = await page.locator('form button.primary').evaluate((button) => {
    button.click();
    button.click();
    return button.getAttribute('aria-busy');
  });
  assert.equal(busy, 'true');
  await page.waitForURL((url) => url.pathname !== '/signin');
  assert.equal(sent, 1);
});
