// What a device changes in a run: nothing but what need not be computed, whatever its errors are within its slack.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bulkOf } from '../../../solver/core/capability.ts';
import { isRefusal } from '../../../solver/core/part.ts';
import { normals, stream } from '../../../solver/core/random.ts';
import { cloneState } from '../../../solver/core/state.ts';
import { CheckedProducts } from '../../../solver/kernels/checkedProducts.ts';
import type { DenseMatrix } from '../../../solver/kernels/columns.ts';
import { jsKernels } from '../../../solver/kernels/index.ts';
import { Lost } from '../../../solver/kernels/products.ts';
import { screenedCorrelations } from '../../../solver/problems/linear/correlations.ts';
import { design } from '../../../solver/problems/linear/design.ts';
import { load } from '../../../solver/run/load.ts';
import { Run } from '../../../solver/run/run.ts';
import type { RunConfig } from '../../../solver/wire/run.ts';
import { FakeDevice } from '../../support/fakeDevice.ts';

async function recipeOf(config: object) {
  const raw = { cwd: '.', backend: 'wasm', stopOnEntry: true, ...config } as unknown as RunConfig;
  const result = await load(raw, { poll() {}, progress() {}, output() {} });
  if (isRefusal(result)) throw new Error(result.refusal);
  return result.recipe;
}

/** A run whose data a device holds, with errors as large as the slack. `name`: the backend that the run is told of. */
async function held(config: object, slack: number, name: 'wasm' | 'gpu' = 'wasm') {
  const made = await recipeOf(config);
  const X = made.problem.device!.X as DenseMatrix;
  const device = new FakeDevice(X, slack);
  made.backend.kernels.products = new CheckedProducts(device, X);
  const recipe = { ...made, backend: { ...made.backend, name } };
  return { run: new Run(recipe), device };
}

function go(run: Run, k: number): void {
  run.begin({ kind: 'steps', count: k - run.state.k });
  while (run.state.k < k && run.slice(0) === null);
}

function everything(run: Run) {
  const { steps, sweeps } = run.rows;
  const columns = (table: typeof steps) =>
    table.specs.map(({ name }) => [...table.copy(name, 0, table.count)]);
  // A copy: the run computes on in the arrays of its state.
  const { points, ...rest } = cloneState(run.state);
  return { points, rest, steps: columns(steps), sweeps: columns(sweeps) };
}

const greedy = [
  { problem: 'lasso' },
  { problem: 'leastSquares', method: 'exact' },
  { problem: 'elasticNet', problemOptions: { standardize: true }, blocks: { size: 3 } },
  { problem: 'logistic', problemOptions: { lambda: '0.05*max' } },
].map(way => ({ ...way, ordering: 'greedy' }));

describe('the greedy ordering with a device', () => {
  for (const way of greedy) {
    test(`chooses as without one, to the bit: ${JSON.stringify(way)}`, async () => {
      const plain = new Run(await recipeOf(way));
      const { run, device } = await held(way, 0.05);
      for (const one of [plain, run]) {
        go(one, 5);
        // The one that would move farthest: it stays so.
        one.edit([{ kind: 'frozen', block: one.position().block, value: true }]);
        go(one, 60);
      }
      assert.deepEqual(everything(run), everything(plain));
      assert.ok(device.calls >= 20 && device.ready, `${device.calls} calls`);
    });
  }

  test('goes on without it where it is lost, to the bit', async () => {
    const plain = new Run(await recipeOf(greedy[0]!));
    const { run, device } = await held(greedy[0]!, 1e-3);
    device.lostAt = 12;
    for (const one of [plain, run]) go(one, 60);
    assert.equal(device.trouble, 'it was unplugged');
    assert.deepEqual(everything(run), everything(plain));
    const standing = await held(greedy[0]!, 1e-3);
    standing.device.lostAt = 1;
    const { block } = new Run(await recipeOf(greedy[0]!)).position();
    assert.equal(standing.run.position().block, block);
    assert.ok(block !== '' && !standing.device.ready);
  });

  test('takes no number of one that is wrong', async () => {
    const plain = new Run(await recipeOf(greedy[0]!));
    const { run, device } = await held(greedy[0]!, 1e-9);
    device.exaggerates = 1e6;
    for (const one of [plain, run]) go(one, 60);
    assert.match(device.trouble!, /^its product with column 1 is off by .*e-4 of the lengths/);
    assert.equal(device.calls, 1);
    assert.deepEqual(everything(run), everything(plain));
  });
});

const whole = [
  { problem: 'lasso', method: 'gradientDescent' },
  { problem: 'leastSquares', method: 'acoder' },
  { problem: 'logistic', method: 'gradientDescent', ordering: 'shuffled' },
];

function goTo(run: Run, k: number): void {
  while (run.travel(k, 0) === null);
}

describe('a run whose steps a device computes', () => {
  const lostFinding = (run: Run) => run.findings.filter(({ name }) => name === 'deviceLost');

  for (const way of whole) {
    test(`goes back and forth to the same bits, which are not the processor’s: ${JSON.stringify(way)}`, async () => {
      const { run, device } = await held(way, 1e-9, 'gpu');
      go(run, 30);
      const known = everything(run);
      goTo(run, 7);
      goTo(run, 30);
      assert.deepEqual(everything(run), known);
      assert.ok(device.calls > 2 && run.edits.length === 0);
      const plain = new Run(await recipeOf(way));
      go(plain, 30);
      const at = (of: Run) => of.state.points[of.recipe.method.iterate]!.x;
      assert.notDeepEqual(at(plain), at(run));
      const scale = Math.max(...at(plain).map(Math.abs));
      assert.ok(at(plain).every((value, c) => Math.abs(value - at(run)[c]!) < 1e-5 * scale));
    });

    test(`gives a lost device up by an edit, with a finding, and goes on: ${JSON.stringify(way)}`, async () => {
      const { run, device } = await held(way, 1e-9, 'gpu');
      device.lostAt = 3;
      go(run, 30);
      assert.equal(run.state.k, 30);
      const [found, ...more] = lostFinding(run);
      assert.deepEqual(more, []);
      assert.match(
        found!.text,
        /^The graphics device was given up at step \d+, because it was unplugged; the processor/,
      );
      assert.deepEqual(run.edits, [{ kind: 'device', why: 'it was unplugged', k: found!.k }]);
      assert.equal(run.state.device, false);
      assert.ok(found!.k > 0 && found!.k < 30);
    });

    test(`is the same run where the edit is made again on a device that stays: ${JSON.stringify(way)}`, async () => {
      const { run, device } = await held(way, 1e-9, 'gpu');
      device.lostAt = 3;
      go(run, 30);
      const { k, ...edit } = run.edits[0]!;
      const other = await held(way, 1e-9, 'gpu');
      go(other.run, k);
      other.run.edit([edit]);
      go(other.run, 30);
      assert.equal(other.device.trouble, null);
      assert.deepEqual(everything(other.run), everything(run));
    });

    test(`forks where it is gone back to before the loss: ${JSON.stringify(way)}`, async () => {
      const { run, device } = await held(way, 1e-9, 'gpu');
      device.lostAt = 3;
      go(run, 30);
      assert.equal(run.branches.length, 0);
      goTo(run, 1);
      assert.equal(run.state.k, 1);
      assert.equal(run.branches.length, 1);
      go(run, 30);
      assert.equal(run.state.k, 30);
      assert.deepEqual(
        run.edits.map(({ kind }) => kind),
        ['device'],
      );
      const plain = new Run(await recipeOf(way));
      go(plain, 30);
      if (run.edits[0]!.k === 0) assert.deepEqual(everything(run).points, everything(plain).points);
    });
  }

  test('takes no step from a device that is wrong', async () => {
    const { run, device } = await held(whole[0]!, 1e-9, 'gpu');
    device.exaggerates = 1e6;
    go(run, 30);
    assert.equal(lostFinding(run)[0]!.k, 0);
    const plain = new Run(await recipeOf(whole[0]!));
    go(plain, 30);
    assert.deepEqual(everything(run).points, everything(plain).points);
  });

  test('measures what is judged in float64', async () => {
    const { run } = await held(whole[0]!, 1e-4, 'gpu');
    go(run, 1);
    const plain = new Run(await recipeOf(whole[0]!));
    go(plain, 1);
    const norms = [run, plain].map(({ rows }) => [
      ...rows.steps.copy('gradNorm', 0, rows.steps.count),
    ]);
    assert.deepEqual(norms[0], norms[1]);
    assert.notDeepEqual(everything(run).points, everything(plain).points);
  });

  test('tells of a device that was lost while it only spared scores', async () => {
    const { run, device } = await held(greedy[0]!, 1e-3, 'gpu');
    device.lostAt = 4;
    go(run, 10);
    go(run, 20);
    assert.equal(lostFinding(run).length, 1);
    assert.equal(run.state.device, false);
  });
});

describe('correlations that a device bounds', () => {
  const n = 2100;
  const p = 2100;
  const columns = Array.from({ length: p }, (_, j) => `c${j}`);
  const X = {
    kind: 'dense',
    rows: n,
    columns: p,
    values: normals(n * p, stream(5, 'X')),
  } as const;
  const data = { source: 'made up', columns, X, y: new Float64Array(n), target: 'y' };

  test('are to the bit those without one, and fewer of them are computed', () => {
    const limit = 0.04;
    let dots = 0;
    const counting = {
      ...jsKernels,
      columnDots(...given: Parameters<typeof jsKernels.columnDots>) {
        dots += given[3] - given[2];
        jsKernels.columnDots(...given);
      },
    };
    const made = [jsKernels, counting].map(kernels => {
      const options = { intercept: true, standardize: false };
      const a = design(data, 'coordinates', options, kernels, () => {});
      if (isRefusal(a)) throw new Error(a.refusal);
      return screenedCorrelations(a, limit);
    });
    const device = new FakeDevice(X, 1e-4);
    counting.products = new CheckedProducts(device, X);
    const x = new Float64Array(p + 1);
    x[7] = 1;
    for (let k = 0; k < 3; k++) {
      const v = normals(n, stream(6, k));
      const [plain, bounded] = made.map(correlate => correlate(v, x));
      assert.ok(
        plain!.every((value, c) => {
          const other = bounded![c]!;
          return Object.is(value, other) || (x[c] === 0 && other === 0 && Math.abs(value) <= limit);
        }),
      );
      assert.ok(plain!.some(value => Math.abs(value) > limit));
    }
    assert.equal(device.calls, 3);
    assert.ok(dots < 1000, `${dots} products of ${3 * p}`);
  });
});

describe('bulk work on a device', () => {
  const problems = [
    { problem: 'lasso' },
    { problem: 'elasticNet', problemOptions: { l1Ratio: 0.3 }, blocks: { size: 3 } },
    { problem: 'logistic' },
  ];
  for (const way of problems) {
    test(`is that of the blocks: ${JSON.stringify(way)}`, async () => {
      const recipe = await recipeOf(way);
      const { problem } = recipe;
      const { device, size } = problem;
      recipe.backend.kernels.products = new FakeDevice(device!.X as DenseMatrix, 1e-10);
      const exact = bulkOf({ ...problem, device: undefined as never });
      const x = normals(size, stream(3, 'x'));
      const cache = problem.newCache(x);
      const close = (found: Float64Array, right: Float64Array, what: string) => {
        const scale = Math.max(...right.map(Math.abs));
        assert.ok(
          found.every((value, c) => Math.abs(value - right[c]!) <= 1e-7 * scale),
          what,
        );
      };
      const [found, right] = [new Float64Array(size), new Float64Array(size)];
      device!.gradient(cache, x, found);
      exact.gradient(cache, x, right);
      close(found, right, 'gradient');
      const rows = Int32Array.of(5, 5, 0, 30);
      device!.batchGradient!(cache, x, rows, found);
      exact.batchGradient!(cache, x, rows, right);
      close(found, right, 'batch');
      const v = normals(size, stream(4, 'v'));
      device!.hessianVectors!(cache, x, [v], [found]);
      exact.hessianVectors!(cache, x, [v], [right]);
      close(found, right, 'Hessian');
    });
  }

  test('throws where there is no device', async () => {
    const { problem } = await recipeOf({ problem: 'lasso' });
    const out = new Float64Array(problem.size);
    const cache = problem.newCache(out);
    assert.throws(() => problem.device!.gradient(cache, out, out), Lost);
  });
});
