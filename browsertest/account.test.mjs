// One's own account: a second step to sign in with, the browsers that are
// signed in, and another password.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, open, phone, wide } from './lib/browser.mjs';
import { axe, keyboard, nu, overflow, untranslated, validate } from './lib/checks.mjs';
import { startDemo } from './lib/program.mjs';
import { early, totp } from './lib/totp.mjs';

let site;
let browser;
const seen = []; // pages for the W3C checker, which is slow to start

before(async () => { [site, browser] = await Promise.all([startDemo(), launch()]); });

after(async () => {
  await browser?.close();
  await site?.stop();
});

// visitor is a browser of its own, whose pages must not complain.
async function visitor(t, options) {
  const { context, complaints } = await open(browser, options);
  t.after(async () => {
    await context.close();
    assert.deepEqual(complaints, []);
  });
  return context.newPage();
}

const press = (p, name) => p.getByRole('button', { name, exact: true }).click();

async function givePassword(p, password = site.password) {
  await p.goto(`${site.url}/signin`);
  await p.getByLabel('E-mail').fill(site.email);
  await p.getByLabel('Password').fill(password);
  await press(p, 'Sign in');
}

// sound judges the page as it stands, and its source when it can be had again.
async function sound(p, source) {
  const findings = [...await axe(p), ...await overflow(p), ...await keyboard(p)];
  if (source) {
    const html = await (await p.request.get(p.url())).text();
    seen.push({ path: new URL(p.url()).pathname, html });
    findings.push(...await validate(html), ...untranslated(html));
  }
  assert.deepEqual(findings, []);
}

test('a second step is turned on, asked for, and turned off', async (t) => {
  const p = await visitor(t, { size: wide });
  await givePassword(p);
  await p.goto(`${site.url}/`);
  await p.getByRole('link', { name: 'Your account' }).click();
  await sound(p, true);
  await press(p, 'Turn on');
  await sound(p, true);
  const key = await p.locator('#two-step-key').innerText();
  await p.getByLabel('6-digit code').fill('000');
  await p.getByLabel('Your password').fill(site.password);
  await press(p, 'Turn on');
  assert.match(await p.title(), /^Error/);
  await early();
  await p.getByLabel('6-digit code').fill(totp(key, -1)); // the next ones stay unused
  await p.getByLabel('Your password').fill(site.password);
  await press(p, 'Turn on');
  const codes = (await p.locator('#recovery-codes').innerText()).split(/\s+/);
  assert.equal(codes.length, 10);
  await sound(p);

  await press(p, 'Sign out');
  const q = await visitor(t, { size: phone, scheme: 'dark' });
  await givePassword(q);
  assert.equal(new URL(q.url()).pathname, '/signin/code');
  await sound(q, true);
  await q.goto(`${site.url}/activity`);
  assert.equal(new URL(q.url()).pathname, '/signin');
  await q.goto(`${site.url}/signin/code`);
  const code = totp(key);
  await q.getByLabel('6-digit code').fill(code);
  await press(q, 'Sign in');
  assert.equal(new URL(q.url()).pathname, '/');

  await givePassword(p);
  await p.getByLabel('6-digit code').fill(code);
  await press(p, 'Sign in');
  assert.match(await p.locator('.err').innerText(), /used already/);
  await p.getByRole('link', { name: 'Use a recovery code' }).click();
  await sound(p, true);
  await p.getByLabel('Recovery code').fill(codes[0]);
  await press(p, 'Sign in');
  assert.match(await p.locator('[role=status]').first().innerText(), /recovery code/);

  await p.goto(`${site.url}/account`);
  assert.match(await p.locator('main').innerText(), /9 recovery codes left/);
  await sound(p, true);
  await p.getByRole('link', { name: 'Turn off' }).click();
  await sound(p, true);
  await p.getByLabel('Your password').fill(site.password);
  await p.getByLabel('6-digit code').fill(codes[1]);
  await press(p, 'Turn off');
  assert.match(await p.locator('[role=status]').first().innerText(), /is off/);
});

test('other browsers are seen and signed out, and another password signs them out too', async (t) => {
  const p = await visitor(t, { size: wide });
  const other = await visitor(t, { size: phone });
  const narrow = await visitor(t, { size: { width: 320, height: 640 }, scheme: 'dark', script: false });
  for (const one of [p, other, narrow]) await givePassword(one);
  await p.goto(`${site.url}/account`);
  const rows = p.locator('.sessions-table tbody tr');
  const before = await rows.count();
  assert.ok(before >= 3, `${before} browsers`);
  assert.match(await rows.first().innerText(), /Chrome on Linux[\s\S]*This browser/);
  await rows.nth(1).getByRole('button').click(); // the one used last: the narrow one
  assert.match(await p.locator('[role=status]').first().innerText(), /Signed out/);
  assert.equal(await rows.count(), before - 1);
  await narrow.goto(`${site.url}/account`);
  assert.equal(new URL(narrow.url()).pathname, '/signin');
  await other.goto(`${site.url}/account`);
  assert.equal(new URL(other.url()).pathname, '/account');
  await sound(other, true);

  const next = 'quite another long phrase';
  await p.getByLabel('Current password').fill('not this one, no');
  await p.getByLabel('New password').fill(next);
  await press(p, 'Change password');
  assert.match(await p.locator('.err').innerText(), /not your password/);
  await p.getByLabel('Current password').fill(site.password);
  await p.getByLabel('New password').fill(next);
  await press(p, 'Change password');
  assert.match(await p.locator('[role=status]').first().innerText(), /password is changed/);
  assert.equal(await rows.count(), 1);
  await other.goto(`${site.url}/activity`);
  assert.equal(new URL(other.url()).pathname, '/signin');
  await givePassword(narrow, next);
  assert.equal(new URL(narrow.url()).pathname, '/');
});

test('the W3C checker finds nothing on the pages seen above', async () => {
  assert.ok(seen.length > 5);
  assert.deepEqual(await nu(seen), []);
});
