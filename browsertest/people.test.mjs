// People: invited by a link, given another role, kept out, and helped to a new
// password, each in a browser of its own.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useDemo } from './lib/site.mjs';

const { visit } = useDemo();

const press = (p, name) => p.getByRole('button', { name }).first().click();

const password = 'a phrase that nobody guesses';

// join opens an invitation and takes it.
async function join(p, link, name) {
  await p.goto(link);
  await p.getByLabel('Your name').fill(name);
  await p.getByLabel('Password').fill(password);
  await press(p, 'Create account and sign in');
  await p.waitForURL('/');
}

// whole is a number of the outside world that nothing hides.
const whole = /\+\d[\d\s]{9,}/;

test('an admin invites an editor, who joins, becomes a viewer, and is out', async (t) => {
  const admin = await visit(t, '/people');
  const nina = await visit(t, 'about:blank', { stranger: true });
  await admin.getByLabel('E-mail').fill('not an address');
  await press(admin, 'Create invitation');
  assert.match(await admin.locator('[data-mistakes]').innerText(), /no e-mail address/);
  await admin.getByLabel('E-mail').fill('nina@example.com');
  await admin.getByLabel('Role').selectOption('editor');
  await press(admin, 'Create invitation');
  const link = await admin.locator('#link').innerText();

  await join(nina, link, 'Nina Berg');
  assert.match(await nina.locator('[role=status]').first().innerText(), /Welcome/);
  await nina.goto('/activity');
  assert.match(await nina.locator('main').innerText(), whole);
  assert.equal((await nina.request.get('/people')).status(), 403);
  assert.equal((await admin.request.get(link)).status(), 404);

  await admin.goto('/people');
  await admin.getByRole('link', { name: 'Edit Nina Berg' }).click();
  await admin.getByLabel('Viewer').check();
  await press(admin, 'Save');
  assert.match(await admin.locator('[role=status]').first().innerText(), /applies at once/);
  await nina.goto('/activity');
  assert.doesNotMatch(await nina.locator('main').innerText(), whole);
  await nina.goto('about:blank'); // a page that stays up to date would be told 401

  await admin.getByRole('link', { name: 'Deactivate' }).click();
  await press(admin, 'Deactivate user');
  assert.match(await admin.locator('main').innerText(), /cannot sign in until/);
  await nina.goto('/activity');
  assert.equal(new URL(nina.url()).pathname, '/signin');

  await admin.goto('/audit?kind=people');
  const said = await admin.locator('main').innerText();
  for (const words of ['invited nina@example.com', 'accepted the invitation', 'changed the user', 'deactivated the user']) assert.ok(said.includes(words), words);
});

test('a link sets a new password, without script', async (t) => {
  const admin = await visit(t, '/people');
  await admin.getByLabel('E-mail').fill('omar@example.com');
  await press(admin, 'Create invitation');
  const joined = await visit(t, 'about:blank', { stranger: true });
  await join(joined, await admin.locator('#link').innerText(), 'Omar Diaz');
  await admin.goto('/people');
  await admin.getByRole('link', { name: 'Edit Omar Diaz' }).click();
  await press(admin, 'Create password link');
  const link = await admin.locator('#link').innerText();

  await joined.goto('about:blank'); // a page that stays up to date would be told 401
  const omar = await visit(t, link, { stranger: true, script: false });
  await omar.getByLabel('New password').fill('short');
  await press(omar, 'Set password');
  assert.match(await omar.locator('[data-mistakes]').innerText(), /12 characters/);
  await omar.getByLabel('New password').fill('another phrase that nobody guesses');
  await press(omar, 'Set password');
  assert.match(await omar.locator('[role=status]').first().innerText(), /new password is set/);
  await joined.goto('/activity');
  assert.equal(new URL(joined.url()).pathname, '/signin');
  await omar.getByLabel('E-mail').fill('omar@example.com');
  await omar.getByLabel('Password').fill('another phrase that nobody guesses');
  await press(omar, 'Sign in');
  await omar.waitForURL('/');
});

test('a link that was withdrawn works no more, and says so in the language of its reader', async (t) => {
  const admin = await visit(t, '/people');
  await admin.getByLabel('E-mail').fill('paul@example.com');
  await press(admin, 'Create invitation');
  const link = await admin.locator('#link').innerText();
  await admin.goto('/people');
  await press(admin, 'Withdraw paul@example.com');
  assert.match(await admin.locator('[role=status]').first().innerText(), /withdrawn/);
  const p = await visit(t, link, { stranger: true, locale: 'fr-FR' });
  assert.match(await p.locator('h1').innerText(), /ne fonctionne plus/);
});
