// One's own account: a second step to sign in with, the browsers that are
// signed in, and another password.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useDemo } from './lib/site.mjs';
import { early, totp } from './lib/totp.mjs';

const { site, visit } = useDemo({ history: false });

const press = (p, name) => p.getByRole('button', { name, exact: true }).click();

async function givePassword(p, password = site.password) {
  await p.goto('/signin');
  await p.getByLabel('E-mail').fill(site.email);
  await p.getByLabel('Password').fill(password);
  await press(p, 'Sign in');
}

test('a second step is turned on, asked for, and turned off', async (t) => {
  const p = await visit(t, '/signin', { stranger: true });
  await givePassword(p);
  await p.goto('/');
  await p.getByRole('link', { name: 'Your account' }).click();
  await press(p, 'Turn on');
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

  await press(p, 'Sign out');
  const q = await visit(t, '/signin', { stranger: true });
  await givePassword(q);
  assert.equal(new URL(q.url()).pathname, '/signin/code');
  await q.goto('/activity');
  assert.equal(new URL(q.url()).pathname, '/signin');
  await q.goto('/signin/code');
  const code = totp(key);
  await q.getByLabel('6-digit code').fill(code);
  await press(q, 'Sign in');
  assert.equal(new URL(q.url()).pathname, '/');

  await givePassword(p);
  await p.getByLabel('6-digit code').fill(code);
  await press(p, 'Sign in');
  assert.match(await p.locator('.err').innerText(), /used already/);
  await p.getByRole('link', { name: 'Use a recovery code' }).click();
  await p.getByLabel('Recovery code').fill(codes[0]);
  await press(p, 'Sign in');
  assert.match(await p.locator('[role=status]').first().innerText(), /recovery code/);

  await p.goto('/account');
  assert.match(await p.locator('main').innerText(), /9 recovery codes left/);
  await p.getByRole('link', { name: 'Turn off' }).click();
  await p.getByLabel('Your password').fill(site.password);
  await p.getByLabel('6-digit code').fill(codes[1]);
  await press(p, 'Turn off');
  assert.match(await p.locator('[role=status]').first().innerText(), /is off/);
});

test('other browsers are seen and signed out, and another password signs them out too', async (t) => {
  const p = await visit(t, '/signin', { stranger: true });
  const other = await visit(t, '/signin', { stranger: true });
  const plain = await visit(t, '/signin', { stranger: true, script: false });
  for (const one of [p, other, plain]) await givePassword(one);
  await p.goto('/account');
  const rows = p.locator('.sessions-table tbody tr');
  const before = await rows.count();
  assert.ok(before >= 3, `${before} browsers`);
  assert.match(await rows.first().innerText(), /Chrome on Linux[\s\S]*This browser/);
  await rows.nth(1).getByRole('button').click(); // the one used last: the plain one
  assert.match(await p.locator('[role=status]').first().innerText(), /Signed out/);
  assert.equal(await rows.count(), before - 1);
  await plain.goto('/account');
  assert.equal(new URL(plain.url()).pathname, '/signin');
  await other.goto('/account');
  assert.equal(new URL(other.url()).pathname, '/account');

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
  await other.goto('/activity');
  assert.equal(new URL(other.url()).pathname, '/signin');
  await givePassword(plain, next);
  assert.equal(new URL(plain.url()).pathname, '/');
});
