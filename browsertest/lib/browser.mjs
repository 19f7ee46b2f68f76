// Opens pages in Chromium and listens for everything a page complains about.
import { chromium } from 'playwright-core';

// launch starts one browser; its contexts share nothing.
export const launch = (...more) => chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage', ...more],
});

export const wide = { width: 1440, height: 900 };
export const phone = { width: 390, height: 844 };

// open makes a context as a visitor has it, whose addresses begin at base. What
// its pages say on the console, what the content policy blocks and what fails to
// load is in complaints.
export async function open(browser, { size = wide, scheme = 'light', locale = 'en-GB', script = true, state, base } = {}) {
  const context = await browser.newContext({
    viewport: size, colorScheme: scheme, locale, timezoneId: 'Europe/Paris', javaScriptEnabled: script, storageState: state, baseURL: base,
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(60_000); // several files run at once, on a slow machine too
  const complaints = [];
  const hear = (page, text) => complaints.push(`${new URL(page.url(), 'http://none').pathname}: ${text}`);
  if (script) {
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (e) => console.error(`policy: ${e.violatedDirective} ${e.blockedURI} ${e.sample}`));
    });
  }
  context.on('page', (page) => {
    page.on('console', (m) => m.type() === 'verbose' || expected(m) || hear(page, `${m.type()}: ${m.text()}`)); // verbose: hints that no console shows
    page.on('pageerror', (e) => hear(page, `error: ${e.message}`));
    page.on('requestfailed', (r) => r.failure()?.errorText !== 'net::ERR_ABORTED' && hear(page, `${r.url()} ${r.failure()?.errorText}`));
  });
  return { context, complaints };
}

// expected are the browser's own remarks about answers that a test asked for:
// a form sent back with its mistakes, a page that does not exist, a sign-out.
const expected = (message) => /^(Failed to load resource: the server responded with a status of (404|409|422)|Clear-Site-Data header on )/.test(message.text());

// fill puts a value into whatever control has the name.
export async function fill(page, name, value) {
  const field = page.locator(`[name="${name}"]`).first();
  const kind = await field.evaluate((e) => (e.tagName === 'SELECT' ? 'select' : e.type));
  if (kind === 'select') await field.selectOption(value);
  else if (kind === 'radio' || kind === 'checkbox') await page.locator(`[name="${name}"][value="${value}"]`).check();
  else await field.fill(value);
}

// value is what a control holds.
export const value = (page, name) => page.locator(`[name="${name}"]`).first().inputValue();

// submit sends the form that has the named field, by its main button, and
// waits for the answer. Rules that are reviewed first are saved then, with the
// note.
export async function submit(page, name, note) {
  const form = page.locator(`form:has([name="${name}"])`).first();
  const buttons = form.locator('button[type="submit"]:not([name]):not([formaction])');
  const button = (await form.locator('button.primary[type="submit"]').count()) ? form.locator('button.primary[type="submit"]').last() : buttons.last();
  const [answer] = await Promise.all([
    page.waitForResponse((r) => r.request().method() === 'POST'),
    button.click(),
  ]);
  await page.waitForLoadState('load');
  return (await saveReviewed(page, note)) ?? answer;
}

// saveReviewed saves the draft that the page asks about; null when it asks
// about none.
export async function saveReviewed(page, note = '') {
  const form = page.locator('form:has(button[name="do"][value="edit"])');
  if (!(await form.count())) return null;
  if (note) await form.locator('[name="note"]').fill(note);
  const [answer] = await Promise.all([
    page.waitForResponse((r) => r.request().method() === 'POST'),
    form.locator('button.primary').click(),
  ]);
  await page.waitForLoadState('load');
  return answer;
}
