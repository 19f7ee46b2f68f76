// Judges pages with tools that others wrote: axe and pa11y for accessibility,
// html-validate and the W3C checker for the markup, and the keyboard.
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { HtmlValidate } from 'html-validate';
import runPa11y from 'pa11y';
import { folder } from './program.mjs';

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const axeSource = await readFile(require.resolve('axe-core/axe.min.js'), 'utf8');
const vnu = join(require.resolve('vnu-jar/package.json'), '..', 'build', 'dist', 'vnu.jar');

// every are axe's rules for a page that was never judged, colours those that
// another theme can break and that take the longest, structure the others.
const every = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };
const ofColours = ['color-contrast', 'link-in-text-block'];
export const colours = { runOnly: { type: 'rule', values: ofColours } };
export const structure = { ...every, rules: Object.fromEntries(ofColours.map((rule) => [rule, { enabled: false }])) };

// withAxe has every page of the context bring axe along, which is cheaper than to
// give it to each.
export const withAxe = (context) => context.addInitScript(axeSource);

// axe gives one line for each violation on the page, or outside of the selectors
// that another page was judged by. None of these rules reads style sheets or media,
// so it need not fetch them again.
export async function axe(page, rules = every, except = []) {
  if (!await page.evaluate(() => Boolean(window.axe))) await page.evaluate(axeSource); // evaluated, so the page's policy need not allow it
  const { violations } = await page.evaluate(
    ([exclude, options]) => window.axe.run({ exclude }, { ...options, resultTypes: ['violations'], preload: false }),
    [except.map((selector) => [selector]), rules],
  );
  return violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 160)}: ${n.failureSummary?.split('\n')[1]?.trim() ?? v.help}`));
}

// excused is what pa11y asks for and the standards do not: the cells of a table
// name their headers by scope (H63) or by headers (H43), either of which
// suffices; and HTML lets a field for an e-mail address be the username, which
// axe's rule autocomplete-valid knows.
const excused = ['WCAG2AA.Principle1.Guideline1_3.1_3_1.H43.HeadersRequired', 'WCAG2AA.Principle1.Guideline1_3.1_3_5.H98'];

// pa11y gives one line for each of its errors on the page that is open. Its
// runner axe is ours with fewer rules, so HTML CodeSniffer is the one to ask.
export async function pa11y(page, runners = ['htmlcs']) {
  const leave = async () => {};
  const shown = { on: leave, off: leave, setViewport: leave, setUserAgent: leave, evaluate: page.evaluate.bind(page) };
  const { issues } = await runPa11y(page.url(), {
    browser: {}, page: shown, ignoreUrl: true, runners, levelCapWhenNeedsReview: 'warning', ignore: excused,
  });
  return issues.map((i) => `${i.code}: ${i.context?.slice(0, 160)}: ${i.message}`);
}

const rules = new URL('../../views/.htmlvalidate.json', import.meta.url);
const validator = new HtmlValidate(JSON.parse(await readFile(rules, 'utf8')));

// validate gives one line for each finding of html-validate.
export async function validate(html) {
  const report = await validator.validateString(html);
  return report.results.flatMap((r) => r.messages.map((m) => `${m.ruleId} at ${m.line}:${m.column}: ${m.message}`));
}

// nu gives one line for each finding of the W3C checker in {name, html} pages.
export async function nu(pages) {
  const place = await folder();
  try {
    const names = new Map();
    const files = await Promise.all(pages.map(async ({ path, html }, i) => {
      const file = join(place.path, `${i}.html`);
      names.set(`${i}.html`, path);
      await writeFile(file, html);
      return file;
    }));
    const found = await checker(['--also-check-css', ...files]);
    return found.map((m) => `${names.get(m.url?.split('/').pop()) ?? m.url}:${m.lastLine}: ${m.message}`);
  } finally {
    await place.remove();
  }
}

// nuStyles gives the findings in style sheets.
export const nuStyles = async (files) => (await checker(['--css', ...files])).map((m) => `${m.url}:${m.lastLine}: ${m.message}`);

async function checker(args) {
  const options = { maxBuffer: 64 << 20 };
  const { stderr } = await run('java', ['-jar', vnu, '--format', 'json', '--exit-zero-always', ...args], options);
  return JSON.parse(stderr || '{"messages": []}').messages
    .filter((m) => m.type !== 'info' || m.subType === 'warning')
    .filter((m) => !/^Attribute “(hx|sse)-[a-z-]+” not allowed/.test(m.message)); // htmx's own, and unknown to the standard
}

// untranslated finds keys of the catalogue where their words should be. Codes
// between code and pre are meant to be read as they are.
export function untranslated(html) {
  const words = html.replace(/<(code|pre|script)\b[\s\S]*?<\/\1>/g, '');
  const found = [...words.matchAll(/(?:>|aria-label="|title="|placeholder="|alt=")\s*([a-z_]+(?:\.[a-z0-9_]+)+)\s*[<"]/g)].map((m) => m[1]);
  return [...new Set(found)].filter((key) => !/^(call|message|number|user|contact)\./.test(key)).map((key) => `no words for ${key}`);
}

// report groups findings of several pages, "path: finding", by what was found.
export function report(findings) {
  const pages = new Map();
  for (const finding of findings) {
    const [path, ...rest] = finding.split(': ');
    const what = (rest.join(': ') || path).replace(/ at \d+:\d+/, '').replace(/(aria-label|title|id|value|href)="[^"]*"/g, '$1="…"');
    pages.set(what, [...(pages.get(what) ?? []), path.replace(/:\d+$/, '')]);
  }
  return [...pages].map(([what, paths]) => `${what}\n    on ${[...new Set(paths)].slice(0, 4).join(', ')}${paths.length > 1 ? ` (${paths.length} in all)` : ''}`).join('\n');
}

// overflow tells which elements stick out of the page's width.
export const overflow = (page) => page.evaluate(() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return [];
  return [...document.body.querySelectorAll('*')].filter((e) => e.getBoundingClientRect().right > wide + 1).slice(0, 5)
    .map((e) => `${e.tagName.toLowerCase()}.${e.className} ends at ${Math.round(e.getBoundingClientRect().right)} of ${wide} px`);
});

// mains tells when a page asks for more than one thing at once: one primary
// button is in sight at most.
export const mains = (page) => page.evaluate(() => {
  const shown = [...document.querySelectorAll('.btn.primary')].filter((e) => e.checkVisibility());
  return shown.length > 1 ? [`${shown.length} primary buttons: ${shown.map((e) => e.textContent.trim()).join(', ')}`] : [];
});

// keyboard presses Tab through the whole page: each stop must be in view, in
// front of everything else, and outlined. A stop is judged when the next Tab
// is pressed, before it moves on, so that many can be pressed at once.
export async function keyboard(page, most = 500) {
  const findings = [];
  const seen = new Set();
  await page.evaluate(`(${watchTab})(${describeFocus})`);
  while (seen.size < most) {
    await Promise.all(Array.from({ length: 20 }, () => page.keyboard.press('Tab')));
    for (const stop of await page.evaluate(() => window.stops.splice(0))) {
      if (!stop || seen.has(stop.key)) return seen.size < 2 ? [...findings, 'the keyboard reaches nothing'] : findings;
      seen.add(stop.key);
      findings.push(...stop.faults.map((fault) => `${stop.what}: ${fault}`));
    }
  }
  return [...findings, `more than ${most} stops of the keyboard`];
}

// watchTab runs in the page and gathers each stop that Tab leaves.
function watchTab(describe) {
  document.activeElement?.blur();
  window.focusOrder = [];
  window.stops = [];
  removeEventListener('keydown', window.leaveStop, true);
  let left = false; // the first Tab leaves no stop
  window.leaveStop = ({ key }) => {
    if (key === 'Tab' && left) window.stops.push(describe());
    left = true;
  };
  addEventListener('keydown', window.leaveStop, true);
}

// describeFocus runs in the page.
function describeFocus() {
  const e = document.activeElement;
  if (!e || e === document.body || e === document.documentElement) return null;
  const all = (window.focusOrder ??= []);
  let key = all.indexOf(e);
  if (key < 0) key = all.push(e) - 1;
  const box = e.getBoundingClientRect();
  const seen = e.matches('input[type=checkbox], input[type=radio]') && e.labels?.length ? e.labels[0].getBoundingClientRect() : box;
  const faults = [];
  if (seen.width < 1 || seen.height < 1) faults.push('has no size');
  if (seen.bottom < 0 || seen.top > innerHeight || seen.right < 0 || seen.left > innerWidth) faults.push('is out of view');
  const middle = (from, to, most) => (Math.max(from, 0) + Math.min(to, most - 1)) / 2; // of what is in view
  const x = middle(box.left, box.right, innerWidth);
  const y = middle(box.top, box.bottom, innerHeight);
  const top = document.elementFromPoint(x, y);
  const mine = top && (e === top || e.contains(top) || top.contains(e) || [...(e.labels ?? [])].some((l) => l.contains(top)));
  if (!mine && !faults.length) faults.push(`is covered by ${top?.tagName.toLowerCase()}.${top?.className}`);
  const marked = [e, e.parentElement, ...(e.labels ?? []), e.nextElementSibling].filter(Boolean).some((n) => {
    const style = getComputedStyle(n);
    return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1) || style.boxShadow !== 'none';
  });
  if (!marked) faults.push('has no outline');
  return { key, faults, what: e.outerHTML.slice(0, 140) };
}
