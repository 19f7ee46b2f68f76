// Lighthouse gives the pages that are open all day everything it has to give.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import lighthouse, { desktopConfig } from 'lighthouse';
import { launch, open } from './lib/browser.mjs';
import { oneOfEach } from './lib/crawl.mjs';
import { session, settled } from './lib/demo.mjs';
import { freePort, startDemo } from './lib/program.mjs';

// tries is how often a page may be measured: other work on the machine slows
// a page down, and nothing makes it faster than it is.
const tries = 6;
const onlyCategories = ['performance', 'accessibility', 'best-practices'];

let site;
let browser;
let port;
let cookie;
let paths;

before(async () => {
  port = await freePort();
  [site, browser] = await Promise.all([startDemo(), launch(`--remote-debugging-port=${port}`)]);
  await settled(site);
  cookie = await session(site);
  const { context } = await open(browser);
  await context.setExtraHTTPHeaders({ cookie });
  const { failed } = await oneOfEach(context.request, site, ['failed']);
  await context.close();
  // A list of past days: a call that comes in meanwhile moves the rows of today's
  // list, as it should.
  const day = (ago) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
  paths = ['/', `/activity?from=${day(5)}&to=${day(2)}`, failed, '/rules/flows'];
});

after(async () => {
  await browser?.close();
  await site?.stop();
});

// still is a layout shift that nobody sees, a pixel or two of one text; 0.1 still
// counts as good.
const still = 0.005;

for (const [i, name] of ['Overview', 'Activity', 'one call', 'Call flows'].entries()) {
  test(`${name} scores 100, 100 and 100, and nothing on it moves`, async (t) => {
    let best;
    for (let n = 0; n < tries && best?.performance !== 100; n += 1) {
      const { lhr } = await lighthouse(site.url + paths[i], { port, logLevel: 'silent', output: 'json', onlyCategories, extraHeaders: { Cookie: cookie } }, desktopConfig);
      assert.equal(lhr.runtimeError, undefined);
      assert.equal(lhr.finalDisplayedUrl, site.url + paths[i]);
      const now = Object.fromEntries(onlyCategories.map((key) => [key, Math.round(lhr.categories[key].score * 100)]));
      now.shift = lhr.audits['cumulative-layout-shift'].numericValue;
      now.missed = onlyCategories.flatMap((key) => lhr.categories[key].auditRefs).filter((ref) => ref.weight > 0)
        .map((ref) => lhr.audits[ref.id]).filter((a) => a.score !== null && a.score < 0.9).map((a) => `${a.id}: ${a.title} ${a.displayValue ?? ''}`);
      if (!best || now.performance > best.performance) best = now;
    }
    t.diagnostic(JSON.stringify(best));
    assert.deepEqual(onlyCategories.map((key) => best[key]), [100, 100, 100], best.missed.join('\n'));
    assert.ok(best.shift < still, `things move: ${best.shift}`);
  });
}
