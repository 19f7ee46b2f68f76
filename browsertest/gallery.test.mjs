// Every state of every page, from the gallery: those too that the demo does not
// happen to be in.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, open, phone, wide } from './lib/browser.mjs';
import { axe, colours, nu, overflow, report, untranslated, validate } from './lib/checks.mjs';
import { startGallery } from './lib/program.mjs';

let site;
let browser;
let names;

before(async () => {
  [site, browser] = await Promise.all([startGallery(), launch()]);
  names = (await (await fetch(`${site.url}/pages.txt`)).text()).trim().split('\n');
});

after(async () => {
  await browser?.close();
  await site?.stop();
});

const none = (findings) => assert.equal(findings.length, 0, `\n${report(findings)}`);

test('html-validate and the W3C checker find nothing in any state', async () => {
  assert.ok(names.length > 100, `only ${names.length} states`);
  const pages = await Promise.all(names.flatMap((name) => ['en', 'fr'].map(async (language) => {
    const path = `/page/${name}?lang=${language}`;
    return { path, html: await (await fetch(site.url + path)).text() };
  })));
  const findings = await nu(pages);
  for (const { path, html } of pages) findings.push(...[...await validate(html), ...untranslated(html)].map((f) => `${path}: ${f}`));
  none(findings);
});

// look judges every state in one size and language, in both themes.
async function look(size, language, mine) {
  const { context, complaints } = await open(browser, { size });
  await context.route('**/events', () => {}); // nothing happens here, for ever
  const page = await context.newPage();
  const findings = [];
  for (const name of names.filter(mine)) {
    await page.goto(`${site.url}/page/${name}?lang=${language}`);
    await page.setViewportSize({ ...size, height: Math.max(size.height, await page.evaluate(() => document.documentElement.scrollHeight)) });
    const found = [...await axe(page), ...await overflow(page)];
    await page.emulateMedia({ colorScheme: 'dark' });
    found.push(...(await axe(page, colours)).map((f) => `in the dark: ${f}`));
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 320, height: 640 });
    found.push(...(await overflow(page)).map((f) => `at 320 px: ${f}`));
    await page.setViewportSize(size);
    findings.push(...found.map((f) => `${name}: ${f}`));
  }
  await context.close();
  return [...findings, ...complaints];
}

test('axe finds nothing in any state, and nothing sticks out', { concurrency: 2 }, async (t) => {
  // Half of the states are looked at wide and in English, half narrow and in
  // French: the demo's pages are judged in all of these.
  const odd = (name) => names.indexOf(name) % 2 === 1;
  await Promise.all([
    t.test('wide', async () => none(await look(wide, 'en', (name) => !odd(name)))),
    t.test('narrow', async () => none(await look(phone, 'fr', odd))),
  ]);
});

test('the gallery itself is searched and shows a state in another language, theme and width', async () => {
  const { context, complaints } = await open(browser);
  await context.route('**/events', () => {});
  const page = await context.newPage();
  const answer = await page.goto(site.url);
  assert.deepEqual([...await validate(await answer.text()), ...await axe(page)], []);
  await page.locator('[data-find]').fill('error for');
  await page.getByRole('link', { name: 'forbidden' }).click();
  await page.locator('[name=lang]').selectOption('fr');
  await page.locator('[data-choose-theme]').selectOption('dark');
  await page.locator('[data-width]').selectOption('390');
  const shown = page.frameLocator('iframe');
  await shown.getByRole('heading', { name: 'Votre rôle' }).waitFor();
  assert.equal(await shown.locator('html').getAttribute('data-theme'), 'dark');
  assert.equal((await page.locator('iframe').boundingBox()).width, 390);
  await context.close();
  assert.deepEqual(complaints, []);
});
