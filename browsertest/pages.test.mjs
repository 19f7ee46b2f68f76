// Every page of the demo, found by its links, judged in English and French,
// wide and narrow, light and dark.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { open, phone, wide } from './lib/browser.mjs';
import { axe, colours, keyboard, nu, overflow, pa11y, report, structure, untranslated, validate, withAxe } from './lib/checks.mjs';
import { crawl, oneOfEach, pageOf } from './lib/crawl.mjs';
import { useDemo } from './lib/site.mjs';

const { site } = useDemo();
const whole = process.env.RINGLEDGER_TEST_PAGES === 'all'; // nothing is shared out between sizes and languages

let pages;
let broken;
let entries;

// reached are the pages that links must lead to.
const reached = [
  '/', '/activity', '/activity/N', '/activity/N/dryrun', '/attention', '/attention/replay', '/attention/resolve',
  '/rules/flows', '/rules/hours', '/rules/matching', '/rules/task', '/rules/owners', '/rules/filters', '/rules/related',
  '/rules/test', '/rules/history', '/rules/history/N', '/rules/history/import',
  '/connections/salesforce', '/connections/aircall', '/start', '/start/samples',
  '/account', '/alerts', '/audit', '/keys', '/people', '/privacy', '/replays', '/reconciliation',
];

// besides are addresses that no link has, or that are wanted for sure.
const besides = [
  '/start', '/start/samples', '/activity?q=nobody-has-this-name', '/activity?nonsense=1', '/rules/hours?import=look',
  '/rules/hours?test_date=2026-12-25&test_time=10:00', '/rules/test?number=%2B441632960007&type=inbound_answered',
  '/audit?q=nobody', '/audit?check=all',
];

// look gathers the pages.
async function look() {
  const { context } = await open(site.browser, { state: site.state });
  entries = await oneOfEach(context.request, site);
  const dry = Object.values(entries).slice(0, 1).map((path) => `${path}/dryrun?rules=now`);
  ({ pages, broken } = await crawl(context.request, site, ['/', ...Object.values(entries), ...dry, ...besides]));
  const missing = `${site.url}/nothing-here`;
  pages.push({ path: '/nothing-here', url: missing, html: await (await context.request.get(missing)).text() });
  await context.close();
}

const none = (findings) => assert.equal(findings.length, 0, `\n${report(findings)}`);

test('every link leads to a page, and every page is reached', async () => {
  await look();
  none(broken);
  const paths = new Set(pages.map((p) => pageOf(p.url)));
  assert.deepEqual(reached.filter((path) => !paths.has(path)), []);
});

test('every page has a title of its own', () => {
  const titles = new Map();
  for (const { url, html } of pages) {
    const title = html.match(/<title>([^<]*)/)?.[1] ?? '';
    titles.set(title, [...(titles.get(title) ?? []), pageOf(url)]);
  }
  none([...titles].filter(([, paths]) => new Set(paths).size > 1).map(([title, paths]) => `${paths[0]}: “${title}” is the title of ${[...new Set(paths)].join(' and ')}`));
});

test('the demo shows every outcome, and calls with people that the org knows', async () => {
  assert.deepEqual(['logged', 'skipped', 'needs_choice', 'failed'].filter((outcome) => !entries[outcome]), []);
  assert.match(pages.find((p) => p.path === '/').html, /Existing contact/);
});

// judge looks at one page in everything that the size and language of the
// context decide. axe sees the whole page at once, so that bars which stay in
// view cover nothing; that they cover nothing in use is the keyboard's to find.
// Colours take the longest, and no language changes them: axe measures them in
// both themes where painted is set, and where it is not, pa11y has its own look;
// a whole run does all of it everywhere.
async function judge(page, { path }, { keys, painted }) {
  const findings = [...await overflow(page), ...keys ? await keyboard(page) : []];
  const size = page.viewportSize();
  const height = await page.evaluate(() => {
    document.activeElement?.blur(); // the link that skips to the content covers others while it has the focus
    scrollTo(0, 0);
    return document.documentElement.scrollHeight;
  });
  await page.setViewportSize({ ...size, height: Math.max(size.height, height) });
  if (painted || whole) {
    findings.push(...await axe(page));
    await page.emulateMedia({ colorScheme: 'dark' });
    findings.push(...(await axe(page, colours)).map((f) => `in the dark: ${f}`));
    await page.emulateMedia({ colorScheme: 'light' });
  } else {
    findings.push(...await axe(page, structure));
  }
  if (!painted || whole) findings.push(...await pa11y(page));
  if (size.width === phone.width) {
    await page.setViewportSize({ width: 320, height: 640 });
    findings.push(...await overflow(page));
  }
  await page.setViewportSize(size);
  return findings.map((f) => `${path}: ${f}`);
}

// visit judges all pages in one context.
async function visit({ locale, size }) {
  const { context, complaints } = await open(site.browser, { state: site.state, locale, size });
  await context.addCookies([{ name: 'ringledger_lang', value: locale.slice(0, 2), url: site.url }]);
  await withAxe(context);
  const page = await context.newPage();
  const findings = [];
  for (const one of pages) {
    const answer = await page.goto(one.url);
    const language = await page.locator('html').getAttribute('lang');
    if (language !== locale.slice(0, 2)) findings.push(`${one.path}: lang is ${language}`);
    findings.push(...await judge(page, one, { keys: whole || language === 'en', painted: (language === 'en') === (size === wide) }));
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
    const { context, complaints } = await open(site.browser, options);
    const page = await context.newPage();
    const answer = await page.goto(`${site.url}/signin`);
    const html = await answer.text();
    none([...await validate(html), ...await nu([{ path: '/signin', html }]), ...await judge(page, { path: '/signin' }, { keys: true, painted: true }), ...complaints]);
    await context.close();
  }
});
