// A page says when its server is gone, takes it back by itself, and says when a
// form is on its way.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, open, phone, signedIn } from './lib/browser.mjs';
import { axe } from './lib/checks.mjs';
import { startDemo } from './lib/program.mjs';

let site;
let browser;
let state;

before(async () => {
  [site, browser] = await Promise.all([startDemo(), launch()]);
  state = await signedIn(browser, site);
});

after(async () => {
  await browser?.close();
  await site?.stop();
});

for (const options of [{}, { size: phone, scheme: 'dark', locale: 'fr-FR' }]) {
  test(`a lost connection is told and taken back, ${options.locale ?? 'en'}`, async (t) => {
    const { context } = await open(browser, { state, ...options }); // it complains, as it should
    t.after(() => context.close());
    const page = await context.newPage();
    await page.goto(`${site.url}/activity`);
    const notice = page.locator('#offline');
    assert.equal(await notice.innerText(), '');
    await context.setOffline(true);
    await page.locator('#offline:not(:empty)').waitFor();
    assert.match(await notice.innerText(), options.locale ? /Pas de connexion/ : /No connection/);
    assert.equal(await notice.getAttribute('role'), 'status');
    assert.deepEqual(await axe(page), []);
    await context.setOffline(false);
    await page.locator('#offline:empty').waitFor({ state: 'attached' });
  });
}

test('a form that is being sent says so and is sent once', async (t) => {
  const { context, complaints } = await open(browser);
  t.after(() => context.close());
  const page = await context.newPage();
  let sent = 0;
  page.on('request', (r) => { sent += r.method() === 'POST' ? 1 : 0; });
  await page.goto(`${site.url}/signin`);
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
  assert.deepEqual(complaints, []);
});
