// Filters keep calls out; cases are tied as the switches say.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fill, submit } from './lib/browser.mjs';
import { judged } from './lib/demo.mjs';
import { placeCall } from './lib/program.mjs';
import { useDemo } from './lib/site.mjs';

const { site, visit } = useDemo();

for (const script of [true, false]) {
  test(`an ignored number is kept out and counted, ${script ? 'with' : 'without'} script`, async (t) => {
    const number = script ? '+33199007781' : '+33199007782';
    const p = await visit(t, '/rules/filters', { script });
    await p.locator('textarea[name="filters.ignore_numbers"]').fill('oops');
    assert.equal((await submit(p, 'filters.ignore_numbers')).status(), 422);
    assert.match(await p.locator('[data-mistakes]').innerText(), /“oops” is no telephone number/);
    await p.locator('textarea[name="filters.ignore_numbers"]').fill(`0033 ${number.slice(3)}`);
    assert.equal((await submit(p, 'filters.ignore_numbers')).status(), 303);
    await placeCall(site.aircall, { type: 'inbound_answered', number });
    await judged(p, `outcome=skipped&reason=number_ignored&q=${encodeURIComponent(number)}`);
    await p.goto('/rules/filters');
    assert.match(await p.locator('a[href*="reason=number_ignored"]').innerText(), /\d+ calls?/);
    await p.locator('textarea[name="filters.ignore_numbers"]').fill('');
    assert.equal((await submit(p, 'filters.ignore_numbers')).status(), 303);
  });
}

test('a case is attached once the page says so', async (t) => {
  const p = await visit(t, '/rules/related');
  assert.equal(await p.locator('#f-related-create-case').isVisible(), false);
  await fill(p, 'related.attach', 'case');
  assert.equal(await p.locator('#f-related-create-case').isVisible(), true);
  assert.equal(await p.locator('#f-related-create-opportunity').isVisible(), false);
  await p.locator('#f-related-create-case').check();
  assert.equal((await submit(p, 'related.attach')).status(), 303);
  await p.goto('/rules/test?number=%2B441632960007&type=inbound_answered');
  assert.match(await p.locator('.trace').innerText(), /Related to/);
});
