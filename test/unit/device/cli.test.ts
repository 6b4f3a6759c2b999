// A run on a graphics device as it is packaged, on Vulkan in software; and what a device is refused for.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { root } from '../../../scripts/lib/root.mjs';
import { isRefusal } from '../../../solver/core/part.ts';
import { normals, stream } from '../../../solver/core/random.ts';
import { load } from '../../../solver/run/load.ts';
import type { RunConfig } from '../../../solver/wire/run.ts';
import { linesOf } from '../../support/cli.ts';
import { openedDevice } from '../../support/graphics.ts';
import { temporaryFolder } from '../../support/machine.ts';

const folder = temporaryFolder();
const rows = 120;
const names = Array.from({ length: 9 }, (_, j) => `c${j}`);
const values = normals(rows * 10, stream(2, 'csv'));
const table = [
  [...names, 'y'].join(),
  ...Array.from({ length: rows }, (_, i) => [...values.subarray(10 * i, 10 * i + 10)].join()),
];
writeFileSync(join(folder, 'table.csv'), table.join('\n'));

function run(...sets: readonly string[]) {
  const configuration = { type: 'blockstep', problem: 'lasso', data: 'table.csv', target: 'y' };
  const file = join(folder, 'run.json');
  writeFileSync(file, JSON.stringify({ configurations: [{ ...configuration, name: 'lasso' }] }));
  const args = sets.flatMap(set => ['--set', set]);
  return spawnSync(
    process.execPath,
    [join(root, 'dist/cli.js'), 'run', file, '--config', 'lasso', '--json', ...args],
    {
      cwd: folder,
      encoding: 'utf8',
    },
  );
}

test('a greedy run on a device ends where one on the processor does, to the bit, and says what computed', async t => {
  const device = await openedDevice();
  if (typeof device === 'string') return t.skip(device);
  device.give('it was only looked at');
  const ends = ['gpu', 'wasm'].map(backend => {
    const { stdout, stderr, status } = run(`backend=${backend}`, 'ordering=greedy');
    assert.equal(status, 0, stderr);
    const lines = linesOf(stdout);
    assert.equal(lines[0]!['backend'], backend);
    const { seconds, ...end } = lines.at(-1)!;
    assert.equal(typeof seconds, 'number');
    return end;
  });
  assert.deepEqual(ends[0], ends[1]);
  assert.equal(ends[0]!['status'], 'converged');
});

describe('a device is refused in one sentence', () => {
  const refusals = [
    [
      { problem: 'quadratic' },
      /^backend: "gpu" cannot be had: quadratic is not computed from a table/,
    ],
    [
      { problem: 'module.ts' },
      /^backend: "gpu" does not apply to a problem module, .*accepted: auto, js$/,
    ],
    [
      { problem: 'lasso', data: 'sparse.svm' },
      /^backend: "gpu" cannot be had: it takes dense data, and these are sparse; accepted/,
    ],
  ] as const;
  writeFileSync(join(folder, 'sparse.svm'), '1 1:2 3:1\n2 2:1\n-1 1:1 2:3\n');
  for (const [config, sentence] of refusals) {
    test(JSON.stringify(config), async () => {
      const raw = { ...config, backend: 'gpu', cwd: folder } as unknown as RunConfig;
      const result = await load(raw, { poll() {}, progress() {}, output() {} });
      assert.match(isRefusal(result) ? result.refusal : 'accepted', sentence);
    });
  }
});
