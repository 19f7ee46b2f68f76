// Who owns the Tasks: the list of agents, the table by hand and the fallback.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fill, submit, value } from './lib/browser.mjs';
import { useDemo } from './lib/site.mjs';

const { site, visit } = useDemo();

const row = (p, name) => p.locator('table.owners tbody tr').filter({ hasText: name });
const omar = 'owner.map.omar.diallo@example.com';

test('every agent has an owner and a reason, and those without a user are one click away', async (t) => {
  const p = await visit(t, '/rules/owners');
  assert.match(await p.locator('#owners-state').innerText(), /^\d+ of \d+ agents map/);
  assert.match(await row(p, 'Camille Roy').innerText(), /Has the same e-mail/);
  assert.match(await row(p, 'Lena Vogt').innerText(), /Fallback[^]*inactive/);
  await p.getByRole('link', { name: /Without a user/ }).click();
  assert.equal(await row(p, 'Camille Roy').count(), 0);
  assert.equal(await row(p, 'Lena Vogt').count(), 1);
  await p.locator('[name="q"]').fill('omar');
  await p.keyboard.press('Enter');
  await p.waitForURL(/q=omar/);
  assert.equal(await p.locator('table.owners tbody tr').count(), 1);
});

for (const script of [true, false]) {
  test(`an agent is mapped by hand and back, ${script ? 'with' : 'without'} script`, async (t) => {
    const p = await visit(t, '/rules/owners?q=omar', { script });
    await fill(p, omar, 'hugo.petit@example.com');
    assert.equal((await submit(p, omar)).status(), 303);
    assert.match(p.url(), /q=omar/);
    assert.match(await row(p, 'Omar Diallo').innerText(), /Hugo Petit[^]*your table/);
    await fill(p, omar, '');
    assert.equal((await submit(p, omar)).status(), 303);
    assert.match(await row(p, 'Omar Diallo').innerText(), /Fallback/);
  });
}

test('an e-mail of nobody comes back named', async (t) => {
  const p = await visit(t, '/rules/owners');
  await fill(p, omar, 'nobody@example.com');
  const answer = await submit(p, omar);
  assert.equal(answer.status(), 422);
  assert.equal(await value(p, omar), 'nobody@example.com');
  assert.match(await row(p, 'Omar Diallo').locator('.err').innerText(), /nobody@example\.com/);
  const id = await p.locator(`[name="${omar}"]`).getAttribute('id');
  assert.ok(await p.locator(`a[href="#${id}"]`).count(), 'no list of mistakes leads to the field');
});

test('the owner of the record can come before the connected user', async (t) => {
  const p = await visit(t, '/rules/owners');
  await p.getByLabel('The owner of the record').check();
  assert.equal((await submit(p, 'owner.fallback')).status(), 303);
  assert.ok(await p.getByLabel('The owner of the record').isChecked());
  assert.match(await row(p, 'Lena Vogt').innerText(), /record’s owner/);
  await p.getByLabel('The owner of the record').uncheck();
  assert.equal((await submit(p, 'owner.fallback')).status(), 303);
});
