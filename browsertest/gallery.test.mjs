// Every state of every page, from the gallery: those too that the demo does not
// happen to be in.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, open, wide } from './lib/browser.mjs';
import { axe, colours, mains, nu, overflow, report, structure, untranslated, validate, withAxe } from './lib/checks.mjs';
import { startGallery } from './lib/program.mjs';

const whole = process.env.RINGLEDGER_TEST_PAGES === 'all';

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
  const checked = nu(pages); // a process of its own
  const findings = [];
  for (const { path, html } of pages) findings.push(...[...await validate(html), ...untranslated(html)].map((f) => `${path}: ${f}`));
  findings.push(...await checked);
  none(findings);
});

// Half of the states are looked at wide and in English, half narrow and in
// French; a whole run looks at all in each, and at their colours in both themes.
// The demo's pages are judged in all of these in every run, and the menu with them:
// it is the same on each. The window is as high as most pages are, so that axe sees
// what bars cover.
const high = 4000;
const menu = '.side';
const narrow = 320;

// look judges states in one width and language, in both themes.
async function look(width, language, mine) {
  const { context, complaints } = await open(browser, { size: { width, height: high } });
  await withAxe(context);
  const page = await context.newPage();
  const findings = [];
  for (const name of mine) {
    await page.goto(`${site.url}/page/${name}?lang=${language}`);
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    if (height > high) await page.setViewportSize({ width, height });
    const found = [...await axe(page, ...whole ? [] : [structure, [menu]]), ...await overflow(page), ...await mains(page)];
    if (whole) {
      await page.emulateMedia({ colorScheme: 'dark' });
      found.push(...(await axe(page, colours)).map((f) => `in the dark: ${f}`));
      await page.emulateMedia({ colorScheme: 'light' });
    }
    if (width > narrow) {
      await page.setViewportSize({ width: narrow, height: high });
      found.push(...(await overflow(page)).map((f) => `at ${narrow} px: ${f}`));
    }
    if (width > narrow || height > high) await page.setViewportSize({ width, height: high });
    findings.push(...found.map((f) => `${name}: ${f}`));
  }
  await context.close();
  return [...findings, ...complaints];
}

test('axe finds nothing in any state, and nothing sticks out', { concurrency: 2 }, async (t) => {
  await Promise.all([
    t.test('wide', async () => none(await look(wide.width, 'en', names.filter((_, i) => whole || i % 2 === 0)))),
    t.test('narrow', async () => none(await look(narrow, 'fr', names.filter((_, i) => whole || i % 2 === 1)))),
  ]);
});

test('the gallery itself is searched and shows a state in another language, theme and width', async () => {
  const { context, complaints } = await open(browser);
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
  // A slow machine draws a page in the frame long after its font came.
  assert.deepEqual(complaints.filter((c) => !/woff2 was preloaded using link preload but not used within a few seconds/.test(c)), []);
});
