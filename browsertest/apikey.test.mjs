// API keys: made, shown once, used by a program, and revoked.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, open, phone, signedIn } from './lib/browser.mjs';
import { axe, keyboard, overflow } from './lib/checks.mjs';
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

const ask = (key) => fetch(`${site.url}/api/v1/activity?limit=1`, { headers: { Authorization: `Bearer ${key}` } });

for (const options of [{}, { size: phone, scheme: 'dark' }, { size: { width: 320, height: 640 } }]) {
  test(`a key is shown once, opens the API and is revoked, ${options.size?.width ?? 'wide'}`, async (t) => {
    const { context, complaints } = await open(browser, { state, ...options });
    t.after(async () => {
      await context.close();
      assert.deepEqual(complaints, []);
    });
    const p = await context.newPage();
    const sound = async () => assert.deepEqual([...await axe(p), ...await overflow(p), ...await keyboard(p)], []);
    await p.goto(`${site.url}/keys`);
    await sound();
    await p.getByLabel('What is it for?').fill('Wallboard');
    await p.getByRole('button', { name: 'Create key' }).click();
    const key = await p.locator('#key').innerText();
    assert.match(key, /^rlk_/);
    await sound();
    assert.equal((await ask(key)).status, 200);

    await p.goto(`${site.url}/keys`);
    assert.ok(!(await p.content()).includes(key));
    await p.getByRole('link', { name: 'Revoke Wallboard' }).first().click();
    await sound();
    await p.getByRole('button', { name: 'Revoke key' }).click();
    assert.match(await p.locator('[role=status]').first().innerText(), /revoked/);
    assert.equal((await ask(key)).status, 401);
  });
}
