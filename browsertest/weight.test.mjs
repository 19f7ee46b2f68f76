// What a page costs to load, and that nothing of it comes from elsewhere.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { oneOfEach } from './lib/crawl.mjs';
import { useDemo } from './lib/site.mjs';

const firstMost = 120_000;
const laterMost = 30_000;

const { site, visit } = useDemo();

// load opens the path and counts what came over the line, headers included.
// A live stream never ends and is not counted, nor is a part that is fetched
// anew because a call came in meanwhile; what the cache holds costs nothing.
async function load(page, path) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Network.enable');
  const asked = new Map();
  cdp.on('Network.requestWillBeSent', ({ requestId, request }) => {
    if (!request.headers['HX-Request']) asked.set(requestId, { url: request.url, bytes: 0 });
  });
  cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => { if (asked.has(requestId)) asked.get(requestId).bytes = encodedDataLength; });
  await page.goto(path);
  await page.evaluate(() => document.fonts.ready);
  await page.waitForTimeout(300); // what scripts ask for once they run
  await cdp.detach();
  const requests = [...asked.values()];
  const elsewhere = requests.filter(({ url }) => new URL(url).origin !== new URL(site.url).origin && !url.startsWith('data:')).map(({ url }) => url);
  return { bytes: requests.reduce((sum, r) => sum + r.bytes, 0), elsewhere, requests };
}

const listed = (requests) => requests.map((r) => `${r.bytes} ${r.url}`).join('\n');

test('a page loads under 120 kB at first and under 30 kB later, all from here', async (t) => {
  const asked = await visit(t, 'about:blank');
  const { failed } = await oneOfEach(asked.request, site, ['failed']);
  const paths = ['/', '/activity', failed, '/rules/flows'];
  for (const [i, path] of paths.entries()) {
    await t.test(path.replace(/\d+/, 'N'), async (tt) => {
      const page = await visit(tt, 'about:blank');
      const first = await load(page, path);
      tt.diagnostic(`${first.bytes} bytes at first`);
      assert.ok(first.bytes > 50_000 && first.bytes < firstMost, `${first.bytes} bytes at first:\n${listed(first.requests)}`);
      const next = paths[(i + 1) % paths.length];
      const later = await load(page, next);
      tt.diagnostic(`${later.bytes} bytes later: ${next}`);
      assert.ok(later.bytes > 1_000 && later.bytes < laterMost, `${next}: ${later.bytes} bytes later:\n${listed(later.requests)}`);
      assert.deepEqual([...first.elsewhere, ...later.elsewhere], []);
    });
  }
});
