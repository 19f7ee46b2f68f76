// Every page of the demo, found by its links, judged in English and French,
// wide and narrow, light and dark.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, open, phone, signedIn, wide } from './lib/browser.mjs';
import { axe, colours, keyboard, nu, overflow, pa11y, report, untranslated, validate } from './lib/checks.mjs';
import { crawl, oneOfEach } from './lib/crawl.mjs';
import { settled } from './lib/demo.mjs';
import { startDemo } from './lib/program.mjs';

let site;
let browser;
let state;
let pages;
let broken;
let entries;

// reached are the pages that links must lead to.
const reached = [
  '/', '/activity', '/attention', '/attention/replay', '/attention/resolve',
  '/rules/flows', '/rules/hours', '/rules/matching', '/rules/task', '/rules/owners', '/rules/filters', '/rules/related',
  '/rules/test', '/rules/history', '/rules/history/import', '/connections/salesforce', '/connections/aircall', '/account', '/audit', '/keys', '/people', '/account', '/replays', '/people',
];

// besides are addresses that no link has, or that are wanted for sure.
const besides = [
  '/start', '/start/samples', '/activity?q=nobody-has-this-name', '/activity?nonsense=1', '/rules/hours?import=look',
  '/rules/hours?test_date=2026-12-25&test_time=10:00',
];

before(async () => {
  [site, browser] = await Promise.all([startDemo(), launch()]);
  await settled(site);
  state = await signedIn(browser, site);
  const { context } = await open(browser, { state });
  entries = await oneOfEach(context.request, site);
  ({ pages, broken } = await crawl(context.request, site, ['/', ...Object.values(entries), ...besides]));
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
  assert.deepEqual(reached.filter((path) => !paths.has(path)), []);
});

test('every page has a title of its own', () => {
  const titles = new Map();
  for (const { path, html } of pages) {
    const title = html.match(/<title>([^<]*)/)?.[1] ?? '';
    titles.set(title, [...(titles.get(title) ?? []), path.split('?')[0].replace(/\/\d+(?=\/|$)/g, '/N')]);
  }
  none([...titles].filter(([, paths]) => new Set(paths).size > 1).map(([title, paths]) => `${paths[0]}: “${title}” is the title of ${[...new Set(paths)].join(' and ')}`));
});

test('the demo shows every outcome, and calls with people that the org knows', async () => {
  assert.deepEqual(['logged', 'skipped', 'needs_choice', 'failed'].filter((outcome) => !entries[outcome]), []);
  assert.match(pages.find((p) => p.path === '/').html, /Existing contact/);
});

// judge looks at one page in everything that the size and language of the
// context decide, and then at what another theme can change. axe sees the whole
// page at once, so that bars which stay in view cover nothing; that they cover
// nothing in use is the keyboard's to find.
// Another theme changes colours alone, which axe measures.
async function judge(page, { path }, { keys, second }) {
  const findings = [...await overflow(page), ...keys ? await keyboard(page) : []];
  const size = page.viewportSize();
  const height = await page.evaluate(() => {
    document.activeElement?.blur(); // the link that skips to the content covers others while it has the focus
    scrollTo(0, 0);
    return document.documentElement.scrollHeight;
  });
  await page.setViewportSize({ ...size, height: Math.max(size.height, height) });
  findings.push(...await axe(page), ...second ? await pa11y(page) : []);
  await page.emulateMedia({ colorScheme: 'dark' });
  findings.push(...(await axe(page, colours)).map((f) => `in the dark: ${f}`));
  await page.emulateMedia({ colorScheme: 'light' });
  if (size.width === phone.width) {
    await page.setViewportSize({ width: 320, height: 640 });
    findings.push(...await overflow(page));
  }
  await page.setViewportSize(size);
  return findings.map((f) => `${path}: ${f}`);
}

// visit judges all pages in one context.
async function visit({ locale, size }) {
  const { context, complaints } = await open(browser, { state, locale, size });
  await context.addCookies([{ name: 'ringledger_lang', value: locale.slice(0, 2), url: site.url }]);
  const page = await context.newPage();
  const findings = [];
  for (const one of pages) {
    const answer = await page.goto(one.url);
    const language = await page.locator('html').getAttribute('lang');
    if (language !== locale.slice(0, 2)) findings.push(`${one.path}: lang is ${language}`);
    findings.push(...await judge(page, one, { keys: language === 'en', second: (language === 'en') === (size === wide) }));
    if (language === 'fr' && size === wide) one.french = await answer.text();
  }
  await context.close();
  return [...findings, ...complaints];
}

test('axe, pa11y and the keyboard find nothing, nothing sticks out and no page complains', { concurrency: 3 }, async (t) => {
  const variants = ['en-GB', 'fr-FR'].flatMap((locale) => [wide, phone].map((size) => ({ locale, size })));
  await Promise.all(variants.map((v) => t.test(`${v.locale}, ${v.size.width} px, light and dark`, async () => none(await visit(v)))));
});

test('html-validate finds nothing, and every word has its translation', async () => {
  const findings = [];
  for (const { path, html, french } of pages) {
    for (const text of french ? [html, french] : [html]) findings.push(...[...await validate(text), ...untranslated(text)].map((f) => `${path}: ${f}`));
  }
  none(findings);
});

test('the W3C checker finds nothing', async () => {
  none(await nu(pages.flatMap(({ path, html, french }) => [{ path, html }, { path: `${path} (fr)`, html: french ?? html }])));
});

test('the door passes too, before anybody is signed in', async () => {
  for (const options of [{}, { size: phone, locale: 'fr-FR' }]) {
    const { context, complaints } = await open(browser, options);
    const page = await context.newPage();
    const answer = await page.goto(`${site.url}/signin`);
    const html = await answer.text();
    none([...await validate(html), ...await nu([{ path: '/signin', html }]), ...await judge(page, { path: '/signin' }, { keys: true, second: true }), ...complaints]);
    await context.close();
  }
});
