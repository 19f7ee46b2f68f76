// The first day of an installation, by hand: an empty server, the set-up link,
// both connections, and a call that is logged.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fill, launch, open, submit } from './lib/browser.mjs';
import { judged } from './lib/demo.mjs';
import { folder, freePort, placeCall, start } from './lib/program.mjs';

const programs = [];
let browser;
let page;
let complaints;
let url;
let org;
let account;
let setup;
let data;

before(async () => {
  data = await folder();
  const port = await freePort();
  const accountPort = await freePort();
  const [salesforce, aircall] = await Promise.all([
    start(['simulate', 'salesforce', '--listen', '127.0.0.1:0'], [/org at (\S+)/]),
    start(['simulate', 'aircall', '--listen', `127.0.0.1:${accountPort}`, '--every', '0s', '--speed', '600'], [/account at (\S+)/, /API id ([^\s,]+)/, /API token (\S+)/]),
  ]);
  programs.push(salesforce, aircall);
  [org] = salesforce.found;
  account = aircall.found;
  url = `http://localhost:${port}`;
  const server = await start(['serve', '--listen', `127.0.0.1:${port}`, '--public-url', url, '--data', data.path,
    '--salesforce-login-url', org, '--aircall-api-url', account[0]], [/(http\S+\/setup\/[A-Za-z0-9]+)/]);
  programs.push(server);
  [setup] = server.found;
  browser = await launch();
  const opened = await open(browser, { base: url });
  complaints = opened.complaints;
  page = await opened.context.newPage();
});

after(async () => {
  await browser?.close();
  await Promise.all(programs.map((p) => p.stop()));
  await data?.remove();
});

const main = () => page.locator('main').innerText();

// step is a test that needs the ones before it.
let broken = '';
const step = (name, act) => test(name, async () => {
  assert.equal(broken, '', `not tried, because this failed: ${broken}`);
  try {
    await act();
  } catch (err) {
    broken = name;
    throw err;
  }
});

step('the set-up link makes the first admin and then works no more', async () => {
  await page.goto(setup);
  await fill(page, 'email', 'admin@example.com');
  await fill(page, 'name', 'Ada Admin');
  await fill(page, 'password', 'short');
  assert.equal((await submit(page, 'password')).status(), 422);
  await fill(page, 'password', 'correct horse battery staple');
  assert.equal((await submit(page, 'password')).status(), 303);
  if (new URL(page.url()).pathname === '/signin') {
    await fill(page, 'email', 'admin@example.com');
    await fill(page, 'password', 'correct horse battery staple');
    assert.equal((await submit(page, 'password')).status(), 303);
  }
  const again = await page.context().request.get(setup, { maxRedirects: 0 });
  assert.notEqual(again.status(), 200);
});

test('an empty installation says what to do on every page', async () => {
  for (const path of ['/', '/start', '/activity', '/rules/flows', '/rules/hours', '/rules/matching', '/connections/salesforce', '/connections/aircall']) {
    const answer = await page.goto(path);
    assert.equal(answer.status(), 200, path);
    assert.ok((await main()).length > 40, `${path} says nothing`);
  }
  await page.goto('/start');
  assert.match(await main(), /Salesforce/);
  assert.match(await main(), /Aircall/);
});

step('Salesforce is connected through its consent page', async () => {
  await page.goto('/connections/salesforce');
  assert.match(await page.content(), /\/connections\/salesforce\/callback/, 'the callback to enter in Salesforce is not shown');
  await fill(page, 'login_url', org);
  await fill(page, 'client_id', 'any-consumer-key');
  await fill(page, 'client_secret', 'any-consumer-secret');
  assert.equal((await submit(page, 'client_id')).status(), 303);
  assert.doesNotMatch(await page.content(), /any-consumer-secret/, 'the secret is shown again');
  await page.locator('form[action$="/connections/salesforce/connect"] button[type="submit"]').first().click();
  await page.getByRole('button', { name: 'Log In' }).click();
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.waitForURL(`${url}/**`);
  await page.goto('/connections/salesforce');
  assert.match(await main(), /Fjord/, 'the name of the org is missing');
});

step('Aircall is connected with its key, and a wrong key is told', async () => {
  await page.goto('/connections/aircall');
  await fill(page, 'api_id', account[1]);
  await fill(page, 'api_token', 'wrong');
  assert.equal((await submit(page, 'api_id')).status(), 422);
  await fill(page, 'api_id', account[1]);
  await fill(page, 'api_token', account[2]);
  assert.equal((await submit(page, 'api_id')).status(), 303);
  const { webhooks } = await (await fetch(`${account[0]}/_sim/state`)).json();
  assert.equal(webhooks.length, 1);
  assert.ok(webhooks[0].url.startsWith(`${url}/webhooks/aircall/`));
});

step('a call with somebody the org knows is logged, and the org shows the Task', async () => {
  const contacts = await (await fetch(`${org}/_sim/records?object=Contact`)).json();
  const known = contacts.find((c) => c.Phone?.startsWith('+') && contacts.filter((d) => d.Phone === c.Phone).length === 1);
  await placeCall(account[0], { type: 'inbound_answered', number: known.Phone.replace(/[^+0-9]/g, '') });
  await page.goto(await judged(page, 'outcome=logged'));
  const task = await page.locator(`a[href^="${org}"][href*="/00T"], a[href^="${org}"][href*="/Task/"]`).first().getAttribute('href');
  await page.goto(task);
  assert.match(await main(), /Inbound answered call from/);
  assert.match(await main(), new RegExp(known.LastName));
});

test('no page complained', () => assert.deepEqual(complaints, []));
