// The style sheets, judged by stylelint and by the W3C checker.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import postcss from 'postcss';
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

// All sheets are one for the browser: a name that two of them style is two
// things that spoil each other. narrow.css and print.css are about the others.
test('a class is styled by one sheet alone', async () => {
  const found = new Map();
  for (const file of files.filter((name) => !/(narrow|print)\.css$/.test(name))) {
    postcss.parse(await readFile(file, 'utf8')).walkRules((rule) => {
      if (rule.parent.name !== 'layer') return; // in a media query, or nested
      for (const selector of rule.selectors.filter((s) => /^(\w+)?\.[\w-]+$/.test(s))) {
        const name = selector.slice(selector.indexOf('.'));
        if (!found.has(name)) found.set(name, new Set());
        found.get(name).add(basename(file));
      }
    });
  }
  assert.ok(found.size > 200, `only ${found.size} classes`);
  const twice = [...found].filter(([, sheets]) => sheets.size > 1).map(([name, sheets]) => `${name}: ${[...sheets].join(', ')}`);
  assert.deepEqual(twice, []);
});
