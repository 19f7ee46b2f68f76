// Takes new pictures of the pages into docs/screenshots: light, dark, on a
// telephone and in French.
//
//   TEST_BINARY=../bin/ringledger npm run screenshots [name ...]
import { mkdir, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { launch, open, phone, wide } from './lib/browser.mjs';
import { oneOfEach } from './lib/crawl.mjs';
import { settled, signedIn } from './lib/demo.mjs';
import { startDemo } from './lib/program.mjs';
import { pages } from './lib/shots.mjs';

const folder = fileURLToPath(new URL('../docs/screenshots/', import.meta.url));
const wanted = process.argv.slice(2);
const looks = {
  light: { size: wide }, dark: { size: wide, scheme: 'dark' },
  mobile: { size: phone }, french: { size: wide, locale: 'fr-FR' },
};

const [site, browser] = await Promise.all([startDemo(), launch()]);
try {
  await mkdir(folder, { recursive: true });
  await settled(site);
  if (!wanted.length) await pause(60_000); // new calls, so that the figures of today are not empty
  const state = await signedIn(site);
  for (const [look, options] of Object.entries(looks)) await shoot(look, options, state);
} finally {
  await browser.close();
  await site.stop();
}

// shoot takes one picture of each page.
async function shoot(look, options, state) {
  const { context } = await open(browser, { state, ...options });
  await context.addCookies([{ name: 'ringledger_lang', value: (options.locale ?? 'en').slice(0, 2), url: site.url }]);
  const entries = await oneOfEach(context.request, site);
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page); // makes smaller pictures than Playwright's own PNG
  await page.goto(site.url); // the fonts are there from here on
  for (const [name, address] of Object.entries(pages)) {
    const path = typeof address === 'function' ? address(entries) : address;
    if (!path || (wanted.length && !wanted.includes(name))) continue;
    await page.goto(site.url + path);
    await page.evaluate(() => document.fonts.ready);
    const { data } = await devtools.send('Page.captureScreenshot', { format: 'webp', quality: 85 });
    await writeFile(`${folder}${name}-${look}.webp`, data, 'base64');
  }
  await context.close();
}
