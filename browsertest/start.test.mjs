// Get started: a test call is followed until it is logged, and sample calls
// follow the rules.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, open, signedIn } from './lib/browser.mjs';
import { axe, overflow } from './lib/checks.mjs';
import { settled } from './lib/demo.mjs';
import { placeCall, startDemo } from './lib/program.mjs';

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

test('a test call appears by itself and shows that it was judged', async (t) => {
  const p = await page(t, '/start');
  await p.getByRole('link', { name: 'Start the test' }).click();
  await p.waitForURL(/watch=\d+/);
  await placeCall(site.aircall, { type: 'missed', number: '+33199007731' });
  const card = p.locator('section[aria-labelledby="test-call"]');
  await card.getByText('Received.').waitFor({ timeout: 60_000 });
  await card.getByText('Judged.').waitFor({ timeout: 60_000 });
  await card.getByRole('link', { name: 'See this call' }).click();
  await p.waitForURL(/\/activity\/\d+$/);
});

test('every step opens to its controls, and the clicks of the app are there', async (t) => {
  const p = await page(t, '/start');
  const step = p.locator('#step-app > details');
  if (!await step.evaluate((d) => d.open)) await step.locator('> summary').click();
  await step.getByText('Show every click in Salesforce').click();
  assert.equal(await step.locator('ol.how > li').count(), 7);
  assert.equal(await step.locator('[data-copy]').count(), 4);
  assert.deepEqual(await axe(p), []);
});

test('sample calls follow a flow that was changed', async (t) => {
  const p = await page(t, '/start/samples');
  const voicemail = p.locator('#sample-voicemail');
  assert.equal(await voicemail.getAttribute('data-outcome'), 'logged');
  await p.goto(`${site.url}/rules/flows`);
  const choose = (value) => p.evaluate((v) => {
    const all = [...document.querySelectorAll('[name="flows.voicemail.action"]')];
    for (const e of all) if (e.type === 'radio') e.checked = e.value === v; else e.value = v;
    all[0].form.requestSubmit(all[0].form.querySelector('button[type="submit"]:not([name])') ?? undefined);
  }, value);
  await Promise.all([p.waitForResponse((r) => r.request().method() === 'POST'), choose('do_nothing')]);
  await p.waitForLoadState();
  await p.goto(`${site.url}/start/samples`);
  assert.equal(await voicemail.getAttribute('data-outcome'), 'skipped');
});

test('the samples fit a narrow screen', async (t) => {
  const p = await page(t, '/start/samples', { viewport: { width: 320, height: 800 } });
  assert.deepEqual(await overflow(p), []);
  assert.deepEqual(await axe(p), []);
});
