import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRefusal } from '../../../solver/core/part.ts';
import type { BlocksSpec } from '../../../solver/core/problem.ts';
import { jsKernels } from '../../../solver/kernels/index.ts';
import { lasso } from '../../../solver/problems/lasso.ts';
import { load } from '../../../solver/run/load.ts';
import { MOST_BLOCKS } from '../../../solver/run/tooMany.ts';
import { loaded, written } from './files.ts';

test('ten million columns, nearly all of them empty, are a problem within seconds, by columns and by runs of them', async () => {
  const rows = Array.from({ length: 40 }, (_, i) => {
    const columns = Array.from(
      { length: 20 },
      (_, k) => 1 + ((i * 7919 + k * 500_009) % 9_999_999),
    );
    const pairs = columns.sort((a, b) => a - b).map(j => `${j}:${1 + (j % 17) / 7}`);
    return `${i % 2} ${pairs.join(' ')}`;
  });
  const path = written('wide.svm', `${rows.join('\n')}\n1 10000000:1\n`);
  const from = Date.now();
  const data = await loaded(path);
  assert.deepEqual([data.X.columns, data.columns.at(9_999_999)], [10_000_000, '10000000']);
  const build = (blocks: BlocksSpec, standardize: boolean) => {
    const options = { lambda: '0.1*max', intercept: true, standardize };
    const problem = lasso.build({
      data,
      options,
      blocks,
      files: {},
      seed: 1,
      kernels: jsKernels,
      poll() {},
    });
    assert.ok(!isRefusal(problem));
    return problem;
  };
  const runs = build({ size: 100_000 }, true);
  assert.deepEqual([runs.blocks.length, runs.blocks[1]?.name], [101, '1..100000']);
  const columns = build('natural', false);
  assert.equal(columns.blocks.length, 10_000_001);
  const last = columns.blocks[10_000_000];
  assert.deepEqual(
    [last?.name, last?.coordinates, last?.start],
    ['10000000', ['10000000'], 10_000_000],
  );
  assert.ok(columns.notes.length === 0 && runs.notes.length === 1);
  assert.ok(Date.now() - from < 30_000, `${Date.now() - from} ms`);
});

test('more blocks than a run holds are refused in one sentence, and the size that it proposes is taken', async () => {
  const data = written('many.svm', `1 1:1 2:3\n-1 ${MOST_BLOCKS + 5}:1\n`);
  const asked = (more: object) =>
    load({ problem: 'lasso', data, ...more }, { poll() {}, progress() {}, output() {} });
  const refused = await asked({});
  assert.ok(isRefusal(refused));
  assert.equal(
    refused.refusal,
    'blocks: "natural" makes 1048582 blocks of 1048582 coordinates, and a run has 1048576 at most; accepted: {"size": 2} or larger blocks',
  );
  const taken = await asked({ blocks: { size: 2 } });
  assert.ok(!isRefusal(taken));
});
