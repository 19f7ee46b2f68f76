// The overview leads from a figure to the calls behind it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyboard } from './lib/checks.mjs';
import { useDemo } from './lib/site.mjs';

const { visit } = useDemo();

test('a period is chosen, and a bar followed to its calls by the keyboard', async (t) => {
  const page = await visit(t, '/');
  await page.locator('.seg a[href="/?period=24h"]').click();
  await page.waitForURL(/period=24h/);
  const day = new Date().toISOString().slice(0, 10);
  await page.locator('.own-period > summary').click();
  await page.locator('input[name="from"]').fill(day);
  await page.locator('input[name="to"]').fill(day);
  await page.locator('.own-period button').click();
  await page.waitForURL(/from=.*to=/);
  const bars = page.locator('svg[aria-labelledby="by-outcome"] a.bar');
  assert.equal(await bars.count(), 24);
  const stop = page.locator('svg[aria-labelledby="by-outcome"] a.bar[tabindex="0"]');
  await stop.focus();
  assert.equal(await stop.count(), 1);
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  const bar = bars.nth(1);
  const tip = page.locator('.chart-tip');
  assert.ok((await bar.getAttribute('aria-label')).startsWith((await tip.locator('p').first().innerText()).trim()));
  const seen = await tip.boundingBox();
  assert.ok(seen.x >= 0 && seen.x + seen.width <= 1440, 'the values leave the screen');
  await page.keyboard.press('Escape');
  assert.equal(await tip.isVisible(), false);
  await page.keyboard.press('ArrowRight');
  assert.equal(await tip.isVisible(), true);
  const quiet = page.locator('svg[aria-labelledby="by-outcome"] a.bar[aria-label$=": no calls"]').first();
  await quiet.focus();
  assert.match(await tip.innerText(), /\d\d:00\s+No calls$/);
  assert.ok((await quiet.getAttribute('aria-label')).startsWith((await tip.locator('p').first().innerText()).trim()));
  await page.locator('.twin summary').first().click();
  assert.equal(await page.locator('.twin table').first().locator('tbody tr').count(), 24);
  await bar.focus();
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.pathname === '/activity' && url.searchParams.has('from') && url.searchParams.has('to'));
});

test('the time from call to task is read at a point, by pointer and keyboard', async (t) => {
  const page = await visit(t, '/?period=24h');
  const point = page.locator('[aria-labelledby="delays"] a.bar').last();
  await point.hover();
  const tip = page.locator('.chart-tip');
  assert.match(await tip.innerText(), /Median\s*\S+[^]*95 % under\s*\S+[^]*Calls\s*\d/);
  await tip.hover();
  await page.waitForTimeout(300); // longer than it takes to be put away
  assert.equal(await tip.isVisible(), true, 'the pointer cannot rest on the values');
  await page.mouse.move(1, 1);
  await page.evaluate(() => document.dispatchEvent(new Event('htmx:afterSettle'))); // news arrive meanwhile
  await tip.waitFor({ state: 'hidden' });
  await point.focus();
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.pathname === '/activity' && url.searchParams.get('outcome') === 'logged');
});

// drawn tells where a chart's axis, bars and labels stand, and whether any of
// its words are small or touch each other.
const drawn = (chart) =>
  chart.evaluate((svg) => {
    const box = (element) => element.getBoundingClientRect();
    const words = [...svg.querySelectorAll('text')].filter((text) => box(text).width > 0);
    const below = words.filter((text) => text.hasAttribute('class')).map(box).sort((a, b) => a.left - b.left);
    return {
      scrolls: svg.parentElement.scrollWidth > svg.parentElement.clientWidth + 1,
      left: Math.min(...words.map((text) => box(text).left)),
      right: Math.max(...[...svg.querySelectorAll('a.bar .hit'), ...words].map((part) => box(part).right)),
      small: Math.min(...words.map((text) => box(text).height)),
      labels: below.length,
      touch: below.some((label, i) => i > 0 && label.left < below[i - 1].right),
    };
  });

test('the charts fit a telephone with their axis, and their words stay as large', async (t) => {
  const page = await visit(t, '/?period=7d');
  const charts = [['/?period=7d', ['by-outcome', 'delays']], ['/activity', ['hist']]];
  for (const [path, names] of charts) {
    await page.goto(path);
    for (const width of [1440, 1361, 1102, 762, 521, 390, 320]) {
      await page.setViewportSize({ width, height: 800 });
      for (const name of names) {
        const at = await drawn(page.locator(`svg[aria-labelledby="${name}"]`));
        assert.ok(!at.scrolls && at.left >= 0 && at.right <= width, `${name} leaves its place at ${width}: ${JSON.stringify(at)}`);
        assert.ok(at.small > 11 && at.labels > 1 && !at.touch, `${name} cannot be read at ${width}: ${JSON.stringify(at)}`);
      }
    }
  }
});

test('a term is explained where it stands, by the keyboard, on a telephone', async (t) => {
  const page = await visit(t, '/');
  await page.setViewportSize({ width: 390, height: 800 });
  const button = page.locator('[popovertarget="help-percentile"]');
  const text = page.locator('#help-percentile');
  assert.equal(await text.isVisible(), false);
  await button.focus();
  await page.keyboard.press('Enter');
  assert.match(await text.innerText(), /Half of the calls/);
  const box = await text.boundingBox();
  assert.ok(box.x >= 0 && box.x + box.width <= 390, 'the explanation leaves the screen');
  await page.keyboard.press('Escape');
  assert.equal(await text.isVisible(), false);
  assert.ok(await button.evaluate((b) => b === document.activeElement), 'the keyboard lost its place');
});
