// Takes new pictures of the pages, light and dark, into docs/screenshots.
//
//   TEST_BINARY=../bin/ringledger npm run screenshots
import { mkdir } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { launch, open, signedIn, wide } from './lib/browser.mjs';
import { oneOfEach } from './lib/crawl.mjs';
import { settled } from './lib/demo.mjs';
import { startDemo } from './lib/program.mjs';

const folder = fileURLToPath(new URL('../docs/screenshots/', import.meta.url));
const [site, browser] = await Promise.all([startDemo(), launch()]);
try {
  await mkdir(folder, { recursive: true });
  await settled(site);
  await pause(60_000); // new calls, so that the figures of today are not empty
  const state = await signedIn(browser, site);
  for (const scheme of ['light', 'dark']) {
    const { context } = await open(browser, { state, scheme, size: wide });
    const entries = await oneOfEach(context.request, site);
    const pages = {
      overview: '/', activity: '/activity', flows: '/rules/flows', hours: '/rules/hours', filters: '/rules/filters', matching: '/rules/matching',
      attention: '/attention', account: '/account', audit: '/audit', keys: '/keys', people: '/people', related: '/rules/related', task: '/rules/task', owners: '/rules/owners', tester: '/rules/test?number=%2B1+202+555+0100', history: '/rules/history',
      salesforce: '/connections/salesforce', aircall: '/connections/aircall', start: '/start',
      'detail-logged': entries.logged, 'detail-failed': entries.failed, 'detail-choice': entries.needs_choice, 'detail-skipped': entries.skipped,
    };
    const page = await context.newPage();
    for (const [name, path] of Object.entries(pages)) {
      if (!path) continue;
      await page.goto(site.url + path);
      await page.evaluate(() => document.fonts.ready);
      await page.screenshot({ path: `${folder}${name}-${scheme}.png` });
    }
    await context.close();
  }
} finally {
  await browser.close();
  await site.stop();
}
