// The style sheets, judged by stylelint and by the W3C checker.
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { test } from 'node:test';
import stylelint from 'stylelint';
import { nuStyles } from './lib/checks.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const styles = join(here, '..', 'static', 'css');
const files = (await readdir(styles)).filter((name) => name.endsWith('.css')).map((name) => join(styles, name));

test('stylelint finds nothing', async () => {
  const { results } = await stylelint.lint({ files, configFile: join(here, '.stylelintrc.json') });
  const findings = results.flatMap((r) => r.warnings.map((w) => `${r.source}:${w.line}: ${w.text}`));
  assert.equal(findings.length, 0, `\n${findings.join('\n')}`);
});

test('the W3C checker finds nothing in the styles', async () => {
  const findings = await nuStyles(files);
  assert.equal(findings.length, 0, `\n${findings.join('\n')}`);
});
