// People: invited by a link, given another role, kept out, and helped to a new
// password, each in a browser of its own.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, open, phone, signedIn, wide } from './lib/browser.mjs';
import { axe, keyboard, nu, overflow, untranslated, validate } from './lib/checks.mjs';
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

// visitor is a browser of its own, whose pages must not complain.
async function visitor(t, options) {
  const { context, complaints } = await open(browser, options);
  t.after(async () => {
    await context.close();
    assert.deepEqual(complaints, []);
  });
  return context.newPage();
}

const press = (p, name) => p.getByRole('button', { name }).first().click();

// sound judges the page as it stands, and its source when it can be had again.
async function sound(p, source) {
  const findings = [...await axe(p), ...await overflow(p), ...await keyboard(p)];
  if (source) {
    const html = await (await p.request.get(p.url())).text();
    findings.push(...await validate(html), ...untranslated(html), ...await nu([{ path: new URL(p.url()).pathname, html }]));
  }
  assert.deepEqual(findings, []);
}

const password = 'a phrase that nobody guesses';

// join opens an invitation and takes it.
async function join(p, link, name) {
  await p.goto(link);
  await sound(p, true);
  await p.getByLabel('Your name').fill(name);
  await p.getByLabel('Password').fill(password);
  await press(p, 'Create account and sign in');
  await p.waitForURL(`${site.url}/`);
}

// whole is a number of the outside world that nothing hides.
const whole = /\+\d[\d\s]{9,}/;

test('an admin invites an editor, who joins, becomes a viewer, and is out', async (t) => {
  const admin = await visitor(t, { state, size: wide });
  const nina = await visitor(t, { size: wide });
  await admin.goto(`${site.url}/people`);
  await sound(admin, true);
  await admin.getByLabel('E-mail').fill('not an address');
  await press(admin, 'Create invitation');
  assert.match(await admin.locator('[data-mistakes]').innerText(), /no e-mail address/);
  await sound(admin);
  await admin.getByLabel('E-mail').fill('nina@example.com');
  await admin.getByLabel('Role').selectOption('editor');
  await press(admin, 'Create invitation');
  const link = await admin.locator('#link').innerText();
  await sound(admin);

  await join(nina, link, 'Nina Berg');
  assert.match(await nina.locator('[role=status]').first().innerText(), /Welcome/);
  await nina.goto(`${site.url}/activity`);
  assert.match(await nina.locator('main').innerText(), whole);
  assert.equal((await nina.request.get(`${site.url}/people`)).status(), 403);
  assert.equal((await admin.request.get(link)).status(), 404);

  await admin.goto(`${site.url}/people`);
  await admin.getByRole('link', { name: 'Edit Nina Berg' }).click();
  await sound(admin, true);
  await admin.getByLabel('Viewer').check();
  await press(admin, 'Save');
  assert.match(await admin.locator('[role=status]').first().innerText(), /applies at once/);
  await nina.goto(`${site.url}/activity`);
  assert.doesNotMatch(await nina.locator('main').innerText(), whole);
  await nina.goto('about:blank'); // a page that stays up to date would be told 401

  await admin.getByRole('link', { name: 'Deactivate' }).click();
  await sound(admin, true);
  await press(admin, 'Deactivate user');
  assert.match(await admin.locator('main').innerText(), /cannot sign in until/);
  await sound(admin, true);
  await nina.goto(`${site.url}/activity`);
  assert.equal(new URL(nina.url()).pathname, '/signin');

  await admin.goto(`${site.url}/audit?kind=people`);
  const said = await admin.locator('main').innerText();
  for (const words of ['invited nina@example.com', 'accepted the invitation', 'changed the user', 'deactivated the user']) assert.ok(said.includes(words), words);
});

test('a link sets a new password, on a phone and without script', async (t) => {
  const admin = await visitor(t, { state, size: phone, scheme: 'dark' });
  const omar = await visitor(t, { size: phone, script: false });
  await admin.goto(`${site.url}/people`);
  await admin.getByLabel('E-mail').fill('omar@example.com');
  await press(admin, 'Create invitation');
  await sound(admin);
  const joined = await visitor(t, { size: phone });
  await join(joined, await admin.locator('#link').innerText(), 'Omar Diaz');
  await admin.goto(`${site.url}/people`);
  await sound(admin, true);
  await admin.getByRole('link', { name: 'Edit Omar Diaz' }).click();
  await sound(admin, true);
  await press(admin, 'Create password link');
  const link = await admin.locator('#link').innerText();
  await sound(admin);

  await joined.goto('about:blank'); // a page that stays up to date would be told 401
  await omar.goto(link);
  await omar.getByLabel('New password').fill('short');
  await press(omar, 'Set password');
  assert.match(await omar.locator('[data-mistakes]').innerText(), /12 characters/);
  await omar.getByLabel('New password').fill('another phrase that nobody guesses');
  await press(omar, 'Set password');
  assert.match(await omar.locator('[role=status]').first().innerText(), /new password is set/);
  await joined.goto(`${site.url}/activity`);
  assert.equal(new URL(joined.url()).pathname, '/signin');
  await omar.getByLabel('E-mail').fill('omar@example.com');
  await omar.getByLabel('Password').fill('another phrase that nobody guesses');
  await press(omar, 'Sign in');
  await omar.waitForURL(`${site.url}/`);
});

test('the pages of links are sound in French, narrow and when the link is over', async (t) => {
  const admin = await visitor(t, { state, size: { width: 320, height: 640 } });
  await admin.goto(`${site.url}/people`);
  await admin.getByLabel('E-mail').fill('paul@example.com');
  await press(admin, 'Create invitation');
  await sound(admin);
  const link = await admin.locator('#link').innerText();
  const p = await visitor(t, { size: { width: 320, height: 640 }, locale: 'fr-FR' });
  await p.goto(link);
  await sound(p, true);
  await admin.goto(`${site.url}/people`);
  await sound(admin, true);
  await press(admin, 'Withdraw paul@example.com');
  assert.match(await admin.locator('[role=status]').first().innerText(), /withdrawn/);
  await p.goto(link);
  assert.match(await p.locator('h1').innerText(), /ne fonctionne plus/);
  await sound(p, true);
});
