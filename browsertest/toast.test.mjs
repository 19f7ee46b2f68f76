// Toasts say what was done and move nothing; what takes long says that it does.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fill, submit } from './lib/browser.mjs';
import { useDemo } from './lib/site.mjs';

const { visit } = useDemo();

const toast = '#toasts [role=status] .toast';

// save changes what becomes of voicemails and saves it.
async function save(p) {
  await p.goto('/rules/flows');
  const before = await p.locator('[name="flows.voicemail.action"]').inputValue();
  await fill(p, 'flows.voicemail.action', before === 'completed' ? 'in_progress' : 'completed');
  assert.equal((await submit(p, 'flows.voicemail.action')).status(), 303);
}

for (const width of [1440, 390]) {
  test(`what was saved is said by a toast that moves nothing, at ${width} px`, async (t) => {
    const p = await visit(t, '/rules/flows', { size: { width, height: 800 } });
    const top = await p.locator('h1').evaluate((h) => h.getBoundingClientRect().top);
    await save(p);
    assert.match(await p.locator(toast).innerText(), /Saved/);
    assert.equal(await p.locator('h1').evaluate((h) => h.getBoundingClientRect().top), top);
    const box = await p.locator('#toasts').boundingBox();
    const bar = await p.locator('.savebar').first().boundingBox();
    assert.ok(box.y + box.height <= bar.y || bar.y + bar.height <= box.y || width > 390 && box.x >= bar.x + bar.width, 'the bar is covered');
    if (width === 390) assert.ok(box.width >= 350, `${box.width}`);
    await p.locator('[data-close-toast]').click();
    assert.equal(await p.locator(toast).count(), 0);
  });
}

test('news goes by itself, but not while it is held', async (t) => {
  const p = await visit(t, '/rules/flows');
  await save(p);
  await p.clock.install();
  await p.reload();
  await p.evaluate(() => document.dispatchEvent(new CustomEvent('say', { detail: 'Copied' })));
  await p.locator('[data-close-toast]').focus();
  await p.clock.runFor(20000);
  assert.equal(await p.locator(toast).count(), 1);
  await p.locator('#main').focus();
  await p.clock.runFor(9000);
  assert.equal(await p.locator(toast).count(), 0);
});

test('without script what was saved stands in the page', async (t) => {
  const p = await visit(t, '/rules/flows', { script: false });
  await save(p);
  assert.match(await p.locator(toast).innerText(), /Saved/);
  assert.equal(await p.locator('#toasts').evaluate((box) => getComputedStyle(box).position), 'static');
  assert.equal(await p.locator('[data-close-toast]').isVisible(), false);
});

test('a search that takes long says so, is sent once, and comes back as it was', async (t) => {
  const p = await visit(t, '/rules/test');
  let sent = 0;
  await p.route('**/rules/test?*', async (route) => {
    sent += 1;
    await new Promise((done) => { setTimeout(done, 400); });
    await route.continue();
  });
  await p.locator('[name="number"]').fill('+441632960007');
  const button = p.locator('form.tester [type=submit]');
  const before = await button.innerText();
  const during = await button.evaluate((b) => {
    b.click();
    b.click();
    return [b.innerText, b.getAttribute('aria-busy')];
  });
  assert.deepEqual(during, ['Working…', 'true']);
  await p.waitForURL(/number=/);
  assert.equal(sent, 1);
  assert.equal(await button.innerText(), before);
});

test('a file that is made says so until it begins', async (t) => {
  const p = await visit(t, '/activity');
  const link = p.locator('a[download][href*=".csv"]');
  const before = await link.innerText();
  const file = p.waitForEvent('download');
  await link.click();
  await p.locator('a[download][aria-busy=true]').waitFor();
  await (await file).cancel();
  await p.locator('a[download]:not([aria-busy])').waitFor();
  assert.equal(await link.innerText(), before);
});
