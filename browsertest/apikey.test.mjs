// API keys: made, shown once, used by a program, and revoked.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useDemo } from './lib/site.mjs';

const { site, visit } = useDemo({ history: false });

const ask = (key) => fetch(`${site.url}/api/v1/activity?limit=1`, { headers: { Authorization: `Bearer ${key}` } });

test('a key is shown once, opens the API and is revoked', async (t) => {
  const p = await visit(t, '/keys');
  await p.getByLabel('What is it for?').fill('Wallboard');
  await p.getByRole('button', { name: 'Create key' }).click();
  const key = await p.locator('#key').innerText();
  assert.match(key, /^rlk_/);
  assert.equal((await ask(key)).status, 200);

  await p.goto('/keys');
  assert.ok(!(await p.content()).includes(key));
  await p.getByRole('link', { name: 'Revoke Wallboard' }).first().click();
  await p.getByRole('button', { name: 'Revoke key' }).click();
  assert.match(await p.locator('[role=status]').first().innerText(), /revoked/);
  assert.equal((await ask(key)).status, 401);
});
