// What an admin sees and does about calls that Aircall did not send.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fill } from './lib/browser.mjs';
import { judged } from './lib/demo.mjs';
import { useDemo } from './lib/site.mjs';

const { site, visit } = useDemo();

const path = '/connections/aircall';
const day = (n) => new Date(Date.now() + n * 864e5).toISOString().slice(0, 10);
const sim = (address, body) => fetch(`${site.aircall}/_sim/${address}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body ?? {}) });

test('a webhook that Aircall switched off is mended, and the calls it missed are logged', async (t) => {
  const p = await visit(t, path);
  const { webhooks } = await (await fetch(`${site.aircall}/_sim/state`)).json();
  await sim(`webhooks/${webhooks[0].id}/disable`);
  const { call_id: lost } = await (await sim('calls', { type: 'missed', number: '+33199004321', talk: 5, plain: true })).json();
  await p.locator(`form[action="${path}/check"] button`).click();
  await p.getByText('Aircall switched the webhook off').first().waitFor();
  await p.locator('#live').getByText('Mended').or(p.locator('#live').getByText('Nothing was missing')).first().waitFor();
  await judged(p, `call_id=${lost}&q=0199004321`);
});

test('a period is read after a question, and the result appears by itself', async (t) => {
  const p = await visit(t, path);
  await fill(p, 'from', day(-3));
  await fill(p, 'to', day(0));
  await p.getByRole('button', { name: 'Read a period' }).click();
  await p.getByRole('heading', { name: 'Read this period from Aircall?' }).waitFor();
  const [answer] = await Promise.all([
    p.waitForResponse((r) => r.request().method() === 'POST'),
    p.getByRole('button', { name: 'Read these calls' }).click(),
  ]);
  assert.equal(answer.status(), 303);
  await p.waitForLoadState('load');
  const row = p.locator('#live tbody tr').first();
  await row.getByText('calls found').waitFor();
  await row.getByText(/Nothing was missing|Mended/).waitFor({ timeout: 60_000 });
  assert.match(await row.innerText(), /[1-9]\d* calls found/);
});

test('a wrong period names its mistake, with and without script', async (t) => {
  for (const script of [true, false]) {
    const p = await visit(t, path, { script });
    await fill(p, 'from', day(-3));
    await fill(p, 'to', day(-9));
    await Promise.all([p.waitForURL(/backfill/), p.getByRole('button', { name: 'Read a period' }).click()]);
    assert.equal(await p.locator('[name="to"]').getAttribute('aria-invalid'), 'true');
    assert.equal(await p.locator('[name="from"]').inputValue(), day(-3));
  }
});
