// What is generated and committed is what its sources make of it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import Ajv from 'ajv';
import { readme, withTable } from '../../../scripts/lib/bench-table.mjs';
import { generated, staleFiles } from '../../../scripts/lib/generated.mjs';
import { root } from '../../../scripts/lib/root.mjs';
import { catalog } from '../../../solver/config/catalog.ts';
import { checkConfig } from '../../../solver/config/check.ts';
import { derive } from '../../../solver/config/derive.ts';
import { launchSchema } from '../../../solver/config/schema.ts';
import { isRefusal } from '../../../solver/core/part.ts';

test('every generated file is what the registry and the types generate', async () => {
  // `npm run generate` rewrites them.
  assert.deepEqual(staleFiles(await generated()), []);
});

test('the catalog holds every part of the registry, each name once', () => {
  assert.deepEqual(
    JSON.parse(JSON.stringify(derive().catalog)),
    JSON.parse(JSON.stringify(catalog)),
  );
  for (const parts of Object.values(catalog)) {
    const names = (parts as readonly { name: string }[]).map(({ name }) => name);
    assert.deepEqual([...new Set(names)], names);
    for (const name of names) assert.match(name, /^[a-z][A-Za-z0-9]*$/);
  }
});

describe('the schema and the check agree', () => {
  const ajv = new Ajv({ strict: false });
  // VS Code adds these, and forbids others.
  const schema = launchSchema(catalog) as { properties: object };
  const closed = { ...schema, properties: { ...schema.properties }, additionalProperties: false };
  const validate = ajv.compile(closed);
  const configs: readonly Record<string, unknown>[] = [
    { problem: 'lasso' },
    { problem: 'p.ts' },
    { problem: 'nothing' },
    { problem: 'lasso', metod: 'pccd' },
    { problem: 'lasso', method: 'pcd' },
    { problem: 'lasso', problemOptions: { lambda: '0.5*max' } },
    { problem: 'lasso', problemOptions: { lambda: 'half' } },
    { problem: 'lasso', problemOptions: { lamda: 1 } },
    { problem: 'lasso', problemOptions: { intercept: 1 } },
    { problem: 'lasso', step: 'fixed', stepOptions: { size: 0.1 } },
    { problem: 'lasso', step: 'fixed', stepOptions: { size: 0 } },
    { problem: 'lasso', stepOptions: { size: 0.1 } },
    { problem: 'lasso', diagnostics: ['gap', 'objective'] },
    { problem: 'lasso', diagnostics: ['nothing'] },
    { problem: 'lasso', blocks: { size: 3 } },
    { problem: 'lasso', blocks: { size: 0 } },
    { problem: 'lasso', blocks: { groups: { a: ['x'] } } },
    { problem: 'lasso', blocks: 'all' },
    { problem: 'lasso', seed: -1 },
    { problem: 'lasso', start: 'x.json' },
    { problem: 'lasso', start: 'zeroes' },
    { problem: 'lasso', stopWhen: { sweeps: 3 } },
    { problem: 'lasso', stopWhen: { sweep: 3 } },
    { problem: 'lasso', stopWhen: { sweeps: 0 } },
    {},
  ];
  for (const config of configs) {
    test(JSON.stringify(config), () => {
      assert.equal(
        validate(config),
        !isRefusal(checkConfig(config, catalog)),
        ajv.errorsText(validate.errors),
      );
    });
  }

  test('every attribute is described and typed, and its default passes the schema', () => {
    const { properties } = schema as {
      properties: Record<string, { markdownDescription: string; default?: unknown }>;
    };
    for (const [name, property] of Object.entries(properties)) {
      assert.ok(property.markdownDescription.length > 10, name);
      if (property.default !== undefined && name !== 'problem') {
        assert.ok(validate({ problem: 'lasso', [name]: property.default }), name);
      }
    }
  });
});

test('the table in test/bench/README.md is made from results.json', () => {
  const results = JSON.parse(readFileSync(join(root, 'test/bench/results.json'), 'utf8'));
  const text = readFileSync(readme, 'utf8');
  assert.equal(withTable(text, results), text);
});
