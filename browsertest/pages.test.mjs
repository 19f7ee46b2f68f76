// Every page of the demo, found by its links, judged in light and dark, wide
// and narrow, English and French.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, open, phone, signedIn, wide } from './lib/browser.mjs';
import { axe, keyboard, nu, overflow, report, untranslated, validate } from './lib/checks.mjs';
import { crawl, oneOfEach } from './lib/crawl.mjs';
import { settled } from './lib/demo.mjs';
import { startDemo } from './lib/program.mjs';

let site;
let browser;
let state;
let pages;
let broken;
let entries;

before(async () => {
  [site, browser] = await Promise.all([startDemo(), launch()]);
  await settled(site);
  state = await signedIn(browser, site);
  const { context } = await open(browser, { state });
  entries = await oneOfEach(context.request, site);
  ({ pages, broken } = await crawl(context.request, site, ['/', '/start', ...Object.values(entries), '/activity?q=nobody-has-this-name', '/activity?nonsense=1', '/rules/hours?import=look', '/rules/hours?test_date=2026-12-25&test_time=10:00']));
  for (const path of Object.values(entries)) {
    if (!pages.some((p) => p.path === path)) pages.push({ path, url: site.url + path, html: await (await context.request.get(site.url + path)).text() });
  }
  const missing = `${site.url}/nothing-here`;
  pages.push({ path: '/nothing-here', url: missing, html: await (await context.request.get(missing)).text() });
  await context.close();
});

after(async () => {
  await browser?.close();
  await site?.stop();
});

const none = (findings) => assert.equal(findings.length, 0, `\n${report(findings)}`);

test('every link leads to a page, and every page is reached', () => {
  none(broken);
  const paths = new Set(pages.map((p) => new URL(p.url).pathname));
  for (const path of ['/', '/activity', '/rules/flows', '/rules/hours', '/rules/matching', '/rules/task', '/rules/owners', '/rules/filters', '/rules/related', '/rules/test', '/rules/history', '/connections/salesforce', '/connections/aircall', '/audit', '/keys', '/attention', '/attention/replay', '/attention/resolve']) {
    assert.ok(paths.has(path), `no link leads to ${path}`);
  }
});

test('the demo shows every outcome, and calls with people that the org knows', async () => {
  assert.deepEqual(['logged', 'skipped', 'needs_choice', 'failed'].filter((outcome) => !entries[outcome]), []);
  const { context } = await open(browser, { state });
  const html = await (await context.request.get(`${site.url}/`)).text();
  await context.close();
  assert.match(html, /Existing contact/);
});

// visit opens every page in one context and collects what a check finds.
async function visit(options, check) {
  const { context, complaints } = await open(browser, { state, ...options });
  const page = await context.newPage();
  const findings = [];
  for (const { url, path } of pages) {
    await page.goto(url);
    findings.push(...(await check(page)).map((f) => `${path}: ${f}`));
  }
  await context.close();
  return [...findings, ...complaints];
}

test('axe finds nothing and no page complains', { concurrency: 2 }, async (t) => {
  const variants = ['light', 'dark'].flatMap((scheme) => [wide, phone].map((size) => ({ scheme, size })));
  await Promise.all(variants.map(({ scheme, size }) => t.test(`${scheme}, ${size.width} px`, async () => none(await visit({ scheme, size }, axe)))));
});

test('no page scrolls sideways at 320 px', async () => none(await visit({ size: { width: 320, height: 640 } }, overflow)));

test('the keyboard reaches every control in view, uncovered and outlined', async () => {
  none(await visit({ size: wide }, keyboard));
  none(await visit({ size: phone }, keyboard));
});

test('html-validate finds nothing, and every word has its translation', async () => {
  const findings = await Promise.all(pages.map(async ({ path, html }) => [...await validate(html), ...untranslated(html)].map((f) => `${path}: ${f}`)));
  none(findings.flat());
});

test('the W3C checker finds nothing', async () => none(await nu(pages)));

test('the door passes too, before anybody is signed in', async () => {
  for (const scheme of ['light', 'dark']) {
    const { context, complaints } = await open(browser, { scheme, size: phone });
    const page = await context.newPage();
    const answer = await page.goto(`${site.url}/signin`);
    const html = await answer.text();
    none([...await axe(page), ...await validate(html), ...await nu([{ path: '/signin', html }]), ...await keyboard(page), ...complaints]);
    await context.close();
  }
});

test('every page is as good in French', async () => {
  const { context, complaints } = await open(browser, { state, locale: 'fr-FR', size: phone });
  const page = await context.newPage();
  const findings = [];
  const french = [];
  await page.goto(`${site.url}/?lang=fr`);
  for (const { url, path } of pages) {
    const answer = await page.goto(url);
    const html = await answer.text();
    french.push({ path, html });
    const lang = await page.locator('html').getAttribute('lang');
    if (!lang.startsWith('fr')) findings.push(`${path}: lang is ${lang}`);
    findings.push(...[...await axe(page), ...await overflow(page), ...await validate(html), ...untranslated(html)].map((f) => `${path}: ${f}`));
  }
  findings.push(...await nu(french));
  await page.goto(`${site.url}/?lang=en`);
  await context.close();
  none([...findings, ...complaints]);
});
