// The history of the rules: who changed what, back to an old version, and two
// admins who save at once.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fill, launch, open, phone, signedIn, submit, value } from './lib/browser.mjs';
import { axe, overflow } from './lib/checks.mjs';
import { settled } from './lib/demo.mjs';
import { startDemo } from './lib/program.mjs';

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

test('a change is listed in words, compared and taken back', async (t) => {
  const p = await page(t, '/rules/flows');
  const before = await value(p, 'flows.voicemail.action');
  await fill(p, 'flows.voicemail.action', 'do_nothing');
  assert.equal((await submit(p, 'flows.voicemail.action', 'No voicemails for now')).status(), 303);

  await p.goto(`${site.url}/rules/history`);
  const newest = p.locator('.versions > li').first();
  const said = await newest.innerText();
  for (const word of ['In force', 'No voicemails for now', 'Marie Laurent', 'Voicemail', 'Do nothing']) assert.ok(said.includes(word), `${word} in ${said}`);
  assert.match(await p.locator('.versions > li').last().innerText(), /Ringledger’s defaults/);

  const older = p.locator('.versions > li').nth(1);
  await older.locator('h2 a').click();
  assert.match(await p.locator('h1').innerText(), /Version \d+/);
  const [download] = await Promise.all([p.waitForEvent('download'), p.getByRole('link', { name: 'Download YAML' }).click()]);
  assert.match(download.suggestedFilename(), /\.yaml$/);
  await p.getByRole('link', { name: 'Restore' }).click();
  assert.match(await p.locator('table.versus').innerText(), /Voicemail/);
  await Promise.all([p.waitForURL(/\/rules\/history$/), p.getByRole('button', { name: /^Restore version/ }).click()]);
  assert.match(await p.locator('.versions > li').first().innerText(), /Restored version \d+/);
  await p.goto(`${site.url}/rules/flows`);
  assert.equal(await value(p, 'flows.voicemail.action'), before);
});

test('the second of two who save sees both values', async (t) => {
  const [mine, theirs] = [await page(t, '/rules/flows'), await page(t, '/rules/flows')];
  await fill(theirs, 'flows.message_sent.action', 'in_progress');
  assert.equal((await submit(theirs, 'flows.message_sent.action')).status(), 303);
  await fill(mine, 'flows.message_sent.action', 'do_nothing');
  assert.equal((await submit(mine, 'flows.message_sent.action')).status(), 409);
  const both = await mine.locator('.conflict table').innerText();
  assert.match(both, /Message sent/);
  assert.match(both, /Log, open task/);
  assert.match(both, /Do nothing/);
  assert.deepEqual(await axe(mine), []);
  assert.equal((await submit(mine, 'flows.message_sent.action')).status(), 303);
});

test('the pages are as good on a telephone and in French', async (t) => {
  for (const path of ['/rules/history', '/rules/history/2', '/rules/history/2?with=1', '/rules/history/1/restore']) {
    for (const options of [{ size: phone, scheme: 'dark' }, { size: { width: 320, height: 640 }, locale: 'fr-FR' }]) {
      const p = await page(t, path, options);
      assert.deepEqual([...await axe(p), ...await overflow(p)], [], path);
    }
  }
});
