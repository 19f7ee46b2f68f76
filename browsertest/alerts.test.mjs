// Alerts: a webhook is set, tested and removed, and what is told is changed.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { useDemo } from './lib/site.mjs';

const { visit } = useDemo({ history: false });

const press = (p, name) => p.getByRole('button', { name }).first().click();

// receive keeps what is posted to this machine.
async function receive(t) {
  const got = [];
  const server = createServer(async (req, res) => {
    let body = '';
    for await (const part of req) body += part;
    got.push({ headers: req.headers, body });
    res.end('ok');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { got, url: `http://127.0.0.1:${server.address().port}/hook` };
}

test('a webhook is set, and a test arrives signed', async (t) => {
  const { got, url } = await receive(t);
  const p = await visit(t, '/alerts');
  await p.getByLabel('Address', { exact: true }).fill(url);
  await press(p, 'Save address');
  assert.match(await p.locator('[data-mistakes]').innerText(), /own network/);
  await p.getByLabel('The address is in our own network').check();
  await press(p, 'Save address');
  const secret = await p.locator('#secret').innerText();
  assert.match(secret, /^rla_/);

  await press(p, 'Send a test');
  assert.match(await p.locator('main').innerText(), /The webhook took the test\s+HTTP 200/);
  assert.equal(got.length, 1);
  const { headers, body } = got[0];
  const signed = createHmac('sha256', secret).update(`${headers['ringledger-timestamp']}.${body}`).digest('hex');
  assert.equal(headers['ringledger-signature'], `v1=${signed}`);
  assert.match(JSON.parse(body).text, /^This is a test\n/);

  await p.goto('/alerts');
  const page = await p.content();
  assert.ok(!page.includes(secret) && !page.includes('/hook'), 'the secret or the address is shown again');
  await press(p, 'Remove');
  assert.match(await p.locator('[role=status]').first().innerText(), /removed/);
  assert.equal(await p.getByRole('button', { name: 'Send a test' }).count(), 0);
});

test('what is told is changed, and a mistake is said at its field', async (t) => {
  const p = await visit(t, '/alerts');
  await p.getByLabel('More than, within an hour').fill('0');
  await p.getByRole('button', { name: 'Save', exact: true }).click();
  assert.match(await p.locator('[data-mistakes]').innerText(), /from 1 to 10,000|from 1 to 10000/);
  await p.getByLabel('More than, within an hour').fill('25');
  await p.getByLabel('No calls come').uncheck();
  await p.getByLabel('E-mail to').fill('ops@example.com');
  await p.getByRole('button', { name: 'Save', exact: true }).click();
  assert.match(await p.locator('[role=status]').first().innerText(), /Saved/);
  assert.equal(await p.getByLabel('More than, within an hour').inputValue(), '25');
  assert.equal(await p.getByLabel('No calls come').isChecked(), false);
  await p.goto('/audit?kind=alerts');
  assert.match(await p.locator('main').innerText(), /changed what alerts tell and whom/);
});

test('without script everything works', async (t) => {
  const { got, url } = await receive(t);
  const p = await visit(t, '/alerts', { javaScriptEnabled: false });
  await p.getByLabel('Address', { exact: true }).fill(url);
  await p.getByLabel('The address is in our own network').check();
  await press(p, 'Save address');
  await press(p, 'Send a test');
  assert.match(await p.locator('main').innerText(), /The webhook took the test/);
  assert.equal(got.length, 1);
});
