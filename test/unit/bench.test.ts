import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readme, withTable } from '../../scripts/lib/bench-table.mjs';
import { root } from '../../scripts/lib/root.mjs';

test('the table of the measurements is the one of their results', () => {
  const results = JSON.parse(readFileSync(join(root, 'test/bench/results.json'), 'utf8'));
  const text = readFileSync(readme, 'utf8');
  assert.equal(withTable(text, results), text);
});
