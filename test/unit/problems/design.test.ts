// The columns of a linear problem: how they become blocks, and how they are standardised.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isRefusal, type Options } from '../../../solver/core/part.ts';
import type { BlocksSpec } from '../../../solver/core/problem.ts';
import type { DenseMatrix, Matrix } from '../../../solver/kernels/columns.ts';
import { jsKernels } from '../../../solver/kernels/index.ts';
import { arrange } from '../../../solver/problems/linear/standardize.ts';
import { lasso } from '../../../solver/problems/squares.ts';
import {
  built,
  gradientOf,
  objective,
  point,
  refusalOf,
  samples,
  sparseSamples,
  table,
  toSparse,
} from './cases.ts';

const data = samples(20, 6, false);

describe('blocks', () => {
  const named = (blocks: BlocksSpec, intercept = true) =>
    built({ problem: 'lasso', data, blocks, options: { intercept } }).blocks.map(
      block => block.name,
    );

  test('coordinates are named by the columns, the intercept is a separate block and the first', () => {
    assert.deepEqual(named('coordinates'), ['(intercept)', 'c0', 'c1', 'c2', 'c3', 'c4', 'c5']);
    assert.deepEqual(named('natural', false), ['c0', 'c1', 'c2', 'c3', 'c4', 'c5']);
  });

  test('blocks of neighbouring columns are named first..last, a block of one by its column', () => {
    assert.deepEqual(named({ size: 5 }), ['(intercept)', 'c0..c4', 'c5']);
    assert.deepEqual(named({ size: 99 }), ['(intercept)', 'c0..c5']);
  });

  test('groups keep their given order, and F does not depend on it', () => {
    const groups = { b: ['c5', 'c0'], a: ['c3', 'c4', 'c2', 'c1'] };
    const grouped = built({ problem: 'lasso', data, blocks: { groups }, options: { lambda: 0.1 } });
    assert.deepEqual(
      grouped.blocks.map(block => block.coordinates),
      [['(intercept)'], ['c5', 'c0'], ['c3', 'c4', 'c2', 'c1']],
    );
    const plain = built({ problem: 'lasso', data, options: { lambda: 0.1 } });
    const x = point(plain, 1);
    const names = ['(intercept)', 'c0', 'c1', 'c2', 'c3', 'c4', 'c5'];
    const reordered = Float64Array.from(
      grouped.blocks.flatMap(block => block.coordinates.map(name => x[names.indexOf(name)]!)),
    );
    const difference = objective(grouped, reordered) - objective(plain, x);
    assert.ok(Math.abs(difference) <= 1e-13 * objective(plain, x));
  });

  test('the blocks of every problem cover the coordinates without gaps, each from its start on', () => {
    for (const [name, recipe] of table) {
      const { blocks, size } = built(recipe);
      let next = 0;
      for (const [index, block] of blocks.entries()) {
        assert.deepEqual(
          [block.index, block.start, block.size],
          [index, next, block.coordinates.length],
          name,
        );
        next += block.size;
      }
      assert.equal(next, size, name);
    }
  });

  const refused: readonly (readonly [BlocksSpec, RegExp])[] = [
    [{ size: 0 }, /^blocks: "\{"size":0\}" .*; accepted: /],
    [{ size: 1.5 }, /^blocks: /],
    [
      { groups: { a: ['c0', 'cx'], b: ['c1', 'c2', 'c3', 'c4', 'c5'] } },
      /^blocks: "cx" \(in group a\) is not a column; accepted: c0, c1/,
    ],
    [
      { groups: { a: ['c0', 'c1'], b: ['c1', 'c2', 'c3', 'c4', 'c5'] } },
      /^blocks: "c1" is in both groups a and b; accepted: /,
    ],
    [
      { groups: { a: ['c0', 'c0'], b: ['c1', 'c2', 'c3', 'c4', 'c5'] } },
      /^blocks: "c0" is listed twice in group a; accepted: /,
    ],
    [
      { groups: { a: ['c0', 'c1'], b: ['c2', 'c3', 'c4'] } },
      /^blocks: "c5" is in no group; accepted: /,
    ],
    [
      { groups: { a: ['c0', 'c1', 'c2', 'c3', 'c4', 'c5'], b: [] } },
      /^blocks: "b" is an empty group; accepted: /,
    ],
    [{ groups: { '(intercept)': ['c0'] } }, /^blocks: "\(intercept\)" .*; accepted: /],
  ];
  for (const [blocks, sentence] of refused) {
    test(`${JSON.stringify(blocks)} is refused in one sentence`, () => {
      assert.match(refusalOf({ problem: 'lasso', data, blocks }), sentence);
    });
  }
});

describe('standardised columns', () => {
  const order = Int32Array.of(2, 0, 1, 5, 4, 3);

  test('dense columns have mean 0 and mean square 1; a constant one is 0, whatever its size', () => {
    const X = data.X as DenseMatrix;
    const big = { ...X, values: X.values.map((value, k) => (k < 20 ? value + 1e11 : value)) };
    const constant = big.values.slice();
    constant.fill(0.1, 60, 80);
    const { X: out, notes } = arrange(
      { ...big, values: constant },
      order,
      true,
      jsKernels,
      () => {},
    );
    assert.deepEqual(notes, []);
    for (const c of [0, 1, 2, 5]) {
      const values = (out as DenseMatrix).values.subarray(c * 20, (c + 1) * 20);
      const mean = values.reduce((s, v) => s + v, 0) / 20;
      const square = values.reduce((s, v) => s + v * v, 0) / 20;
      if (c === 5) assert.ok(values.every(value => value === 0));
      else
        assert.ok(Math.abs(mean) <= 1e-15 && Math.abs(square - 1) <= 1e-14, `${mean}, ${square}`);
    }
  });

  test('sparse columns are divided by their deviation and not centred, and a note says so', () => {
    const thin = sparseSamples(20, 6, false);
    const { X, notes } = arrange(thin.X, order, true, jsKernels, () => {});
    assert.equal(notes.length, 1);
    const dense = samples(20, 6, false, true).X as DenseMatrix;
    for (let c = 0; c < 6; c++) {
      const values = dense.values.subarray(order[c]! * 20, order[c]! * 20 + 20);
      const mean = values.reduce((s, v) => s + v, 0) / 20;
      const deviation = Math.sqrt(values.reduce((s, v) => s + (v - mean) ** 2, 0) / 20);
      const scale = deviation > 0 ? deviation : 1;
      const { starts, indices, values: stored } = X as ReturnType<typeof toSparse>;
      for (let p = starts[c]!; p < starts[c + 1]!; p++) {
        assert.ok(
          Math.abs(stored[p]! - values[indices[p]!]! / scale) <= 1e-14 * Math.abs(stored[p]!),
        );
      }
    }
  });

  test('data that are neither reordered nor scaled are shared, not copied', () => {
    const inOrder = Int32Array.from({ length: 6 }, (_, j) => j);
    assert.equal(arrange(data.X, inOrder, false, jsKernels, () => {}).X, data.X);
  });
});

test('sparse storage changes only rounding: value and gradient equal the dense ones', () => {
  for (const problem of ['lasso', 'logistic', 'leastSquares']) {
    const labelled = problem === 'logistic';
    const dense = samples(33, 7, labelled, true);
    const options: Options = problem === 'leastSquares' ? {} : { lambda: 0.1 };
    const pair = [dense, { ...dense, X: toSparse(dense.X as DenseMatrix) }].map(set =>
      built({ problem, data: set, options, blocks: { size: 3 } }),
    );
    const x = point(pair[0]!, 1);
    const [a, b] = pair.map(p => p.blocks.flatMap(block => [...gradientOf(p, x, block)]));
    a!.forEach((value, k) => {
      assert.ok(Math.abs(value - b![k]!) <= 1e-14 * (1 + Math.abs(value)));
    });
    assert.ok(
      Math.abs(objective(pair[0]!, x) - objective(pair[1]!, x)) <= 1e-14 * objective(pair[0]!, x),
    );
  }
});

const column = [3, -1, 4, 0, 5, 0, -2];
const n = column.length;

function matrix(kind: Matrix['kind'], scale: number): Matrix {
  const values = Float64Array.from(column, value => value * scale);
  if (kind === 'dense') return { kind, rows: n, columns: 1, values };
  const indices = Int32Array.from(column.keys()).filter(i => column[i] !== 0);
  return {
    kind,
    rows: n,
    columns: 1,
    starts: Int32Array.of(0, indices.length),
    indices,
    values: Float64Array.from(indices, i => values[i]!),
  };
}

describe('a standardised column is the same in whatever unit it was measured', () => {
  for (const kind of ['dense', 'sparse'] as const) {
    const standardized = (scale: number): Float64Array =>
      arrange(matrix(kind, scale), Int32Array.of(0), true, jsKernels, () => {}).X.values;
    const own = standardized(1);
    for (const power of [-1022, -700, -480, 480, 516, 700, 1020]) {
      test(`${kind}, times 2^${power}: squares of its entries overflow or underflow`, () => {
        // Powers of two scale exactly; only sums of squares could tell, by rounding.
        const other = standardized(2 ** power);
        for (const [i, value] of own.entries()) {
          assert.ok(
            Math.abs(value - other[i]!) <= 4 * Number.EPSILON * Math.abs(value),
            `${value} ${other[i]}`,
          );
        }
      });
    }
  }

  test('and has mean 0 and mean square 1', () => {
    const { values } = arrange(
      matrix('dense', 1e155),
      Int32Array.of(0),
      true,
      jsKernels,
      () => {},
    ).X;
    const mean = values.reduce((sum, value) => sum + value, 0) / n;
    const square = values.reduce((sum, value) => sum + value * value, 0) / n;
    assert.ok(Math.abs(mean) < 1e-15 && Math.abs(square - 1) < 1e-15, `${mean} ${square}`);
  });
});

test('a fraction of the maximum that overflows or underflows is refused, with the maximum', () => {
  const X = matrix('dense', 1e10);
  const y = Float64Array.from(column, value => value * value);
  const data = { source: 's', columns: ['a'], X, y, target: 'y' };
  const options = { lambda: '1e305*max', intercept: true, standardize: false };
  const built = lasso.build({
    data,
    options,
    blocks: 'natural',
    files: {},
    seed: 1,
    kernels: jsKernels,
    poll() {},
  });
  const sentence = isRefusal(built) ? built.refusal : 'built';
  assert.match(sentence, /^problemOptions\.lambda: "1e305\*max" is infinite, because max is \d/);
});
