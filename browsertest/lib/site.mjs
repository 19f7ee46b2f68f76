// What a file of journeys begins with: a demo and a browser of its own, and
// pages on which somebody is signed in.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { launch, open } from './browser.mjs';
import { settled, signedIn } from './demo.mjs';
import { startDemo } from './program.mjs';

// useDemo starts the demo and a browser before the tests of the file, and ends
// them after. The tests begin once the demo's history is there, unless they
// need none. here is filled by then: the addresses and the password of the
// demo, the browser, and the state of one who is signed in.
export function useDemo({ history = true } = {}) {
  const here = {};
  before(async () => {
    const [demo, browser] = await Promise.all([startDemo(), launch()]);
    Object.assign(here, demo, { browser });
    if (history) await settled(here);
    here.state = await signedIn(here);
  });
  after(async () => {
    await here.browser?.close();
    await here.stop?.();
  });

  // visit opens a page in a window of its own, signed in but for a stranger. The
  // test fails when the page complains.
  async function visit(t, path, { stranger = false, ...options } = {}) {
    const { context, complaints } = await open(here.browser, { state: stranger ? undefined : here.state, base: here.url, ...options });
    t.after(async () => {
      await context.close();
      assert.deepEqual(complaints, []);
    });
    const page = await context.newPage();
    await page.goto(path);
    return page;
  }

  return { site: here, visit };
}
