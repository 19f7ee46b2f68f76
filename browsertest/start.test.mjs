// Get started: a test call is followed until it is logged, and sample calls
// follow the rules.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fill, submit } from './lib/browser.mjs';
import { placeCall } from './lib/program.mjs';
import { useDemo } from './lib/site.mjs';

const { site, visit } = useDemo();

test('a test call appears by itself and shows that it was judged', async (t) => {
  const p = await visit(t, '/start');
  await p.getByRole('link', { name: 'Start the test' }).click();
  await p.waitForURL(/watch=\d+/);
  await placeCall(site.aircall, { type: 'missed', number: '+33199007731', at: Math.floor(Date.now() / 1000) + 1 }); // begun once the test was
  const card = p.locator('section[aria-labelledby="test-call"]');
  await card.getByText('Received.').waitFor({ timeout: 90_000 });
  await card.getByText('Judged.').waitFor({ timeout: 90_000 });
  await card.getByRole('link', { name: 'See this call' }).click();
  await p.waitForURL(/\/activity\/\d+$/);
});

test('every step opens to its controls, and the clicks of the app are there', async (t) => {
  const p = await visit(t, '/start');
  const step = p.locator('#step-app > details');
  if (!await step.evaluate((d) => d.open)) await step.locator('> summary').click();
  await step.getByText('Show every click in Salesforce').click();
  assert.equal(await step.locator('ol.how > li').count(), 7);
  assert.equal(await step.locator('[data-copy]').count(), 4);
});

test('sample calls follow a flow that was changed', async (t) => {
  const p = await visit(t, '/start/samples');
  const voicemail = p.locator('#sample-voicemail');
  assert.equal(await voicemail.getAttribute('data-outcome'), 'logged');
  await p.goto('/rules/flows');
  await fill(p, 'flows.voicemail.action', 'do_nothing');
  assert.equal((await submit(p, 'flows.voicemail.action')).status(), 303);
  await p.goto('/start/samples');
  assert.equal(await voicemail.getAttribute('data-outcome'), 'skipped');
});
