// A run on a graphics device as it is packaged, on Vulkan in software; and what a device is refused for.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { devDependencies } from '../../../package.json';
import { root } from '../../../scripts/lib/root.mjs';
import { graphicsPackage } from '../../../solver/config/graphicsPackage.ts';
import { isRefusal } from '../../../solver/core/part.ts';
import { normals, stream } from '../../../solver/core/random.ts';
import { load } from '../../../solver/run/load.ts';
import { otherDevice } from '../../../solver/trace/replay.ts';
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
    const probed =
      /Backend gpu: .*SwiftShader.* in mode webgpu, float32: Xᵀv of 120 × 9 took .* right to/;
    assert.equal(probed.test(String(lines[0]!['notes'])), backend === 'gpu');
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

test('what is offered to install is what the tests run with', () => {
  assert.ok(graphicsPackage.install.endsWith(` webgpu@${devDependencies.webgpu}`));
});

describe('a trace that was recorded on a device', () => {
  const gpu = { backend: 'gpu', backendReason: 'H100 (580) by gpu.js in mode webgpu, float32: …' };
  const wasm = { backend: 'wasm', backendReason: 'SIMD.' };

  test('says what it is replayed on where that is something else', () => {
    assert.equal(
      otherDevice(gpu, { ...gpu, backendReason: `${gpu.backendReason} other times` }),
      null,
    );
    assert.equal(otherDevice(wasm, { backend: 'js', backendReason: 'Loops.' }), null);
    assert.equal(
      otherDevice(gpu, wasm),
      'The trace was recorded on the backend gpu, H100 (580), and replayed on wasm: steps that a graphics device computes may differ.',
    );
    assert.match(
      otherDevice(gpu, { ...gpu, backendReason: 'A10 by gpu.js' })!,
      /on the backend gpu, H100 \(580\), and replayed on gpu, A10: steps/,
    );
  });

  test('is replayed where there is none, with what a run then says of its backend', async () => {
    const raw = { problem: 'quadratic', backend: 'gpu', cwd: folder } as unknown as RunConfig;
    const again = await load(raw, { again: true, poll() {}, progress() {}, output() {} });
    assert.ok(!isRefusal(again));
    assert.equal(again.recipe.backend.name, 'wasm');
    assert.match(again.recipe.backend.reason, /No GPU: quadratic is not computed from a table/);
  });

  test('has the same bits again on the same device', async t => {
    const device = await openedDevice();
    if (typeof device === 'string') return t.skip(device);
    device.give('it was only looked at');
    const sets = ['backend=gpu', 'method=gradientDescent', 'trace=run.arrow'];
    const recorded = run(...sets, 'stopWhen.steps=40');
    assert.equal(recorded.status, 0, recorded.stderr);
    const args = [join(root, 'dist/cli.js'), 'replay', 'run.arrow'];
    const replayed = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    assert.match(replayed.stdout, /^All \d+ rows of steps are bit for bit as recorded\.\n$/);
    const env = { ...process.env, VK_ICD_FILENAMES: '/nowhere' };
    const elsewhere = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', env });
    assert.match(
      elsewhere.stdout,
      /The replay differs from the trace first at step \d.*\nThe trace was recorded on the backend gpu, .*SwiftShader.*, and replayed on wasm: steps/,
    );
  });
});
