import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { permutation, stream } from '../../../solver/core/random.ts';
import type { DenseMatrix, Matrix } from '../../../solver/kernels/columns.ts';
import { built, column, gradientOf, randomMatrix, refusalOf, table } from './cases.ts';

const matrix = (rows: number, values: readonly number[]): DenseMatrix => ({
  kind: 'dense',
  rows,
  columns: values.length / rows,
  values: Float64Array.from(values),
});

describe('quadratics', () => {
  const files = (H: DenseMatrix, linear?: DenseMatrix): Readonly<Record<string, Matrix>> =>
    linear === undefined ? { matrix: H } : { matrix: H, linear };
  const refused: readonly (readonly [string, DenseMatrix, DenseMatrix | undefined, RegExp])[] = [
    [
      'not square',
      matrix(2, [1, 0, 0, 1, 0, 0]),
      undefined,
      /^problemOptions\.matrix: "H\.csv" is 2 × 3, not square; accepted: /,
    ],
    [
      'not symmetric',
      matrix(2, [1, 0.5, 0.4, 1]),
      undefined,
      /^problemOptions\.matrix: "H\.csv" differs from its transpose at row 1, column 2; accepted: /,
    ],
    [
      'not finite',
      matrix(2, [1, Number.NaN, Number.NaN, 1]),
      undefined,
      /^problemOptions\.matrix: "H\.csv" is not finite at row 1, column 2; accepted: /,
    ],
    [
      'with a c of another length',
      matrix(2, [1, 0, 0, 1]),
      column([1, 2, 3]),
      /^problemOptions\.linear: "c\.csv" is 3 × 1; accepted: one column of 2 numbers$/,
    ],
    [
      'with an infinite c',
      matrix(2, [1, 0, 0, 1]),
      column([1, Number.POSITIVE_INFINITY]),
      /^problemOptions\.linear: "c\.csv" is not finite at entry 2; accepted: /,
    ],
  ];
  for (const [what, H, linear, sentence] of refused) {
    test(`a matrix ${what} is refused`, () => {
      const options = { matrix: 'H.csv', linear: 'c.csv' };
      assert.match(refusalOf({ problem: 'quadratic', files: files(H, linear), options }), sentence);
    });
  }

  test('f is ½xᵀHx + cᵀx, its coordinates in the order of the blocks', () => {
    const H = matrix(2, [4, 1, 1, 3]);
    const blocks = { groups: { second: ['x2'], first: ['x1'] } };
    const problem = built({ problem: 'quadratic', files: files(H, matrix(1, [10, 20])), blocks });
    const x = Float64Array.of(5, 7); // x2 = 5, x1 = 7
    assert.equal(
      problem.value(problem.newCache(x), x),
      0.5 * (4 * 49 + 2 * 35 + 3 * 25) + 70 + 100,
    );
    assert.deepEqual([...gradientOf(problem, x, problem.blocks[0]!)], [7 + 15 + 20]);
  });

  test('the lower bound of a definite one is its minimum to rounding, and nothing lies below it', () => {
    const problem = built(table.find(([name]) => name === 'quadratic, blocks of 4')![1]);
    const x = new Float64Array(problem.size);
    for (let sweep = 0; sweep < 2000; sweep++) {
      const cache = problem.newCache(x);
      for (const block of problem.blocks) {
        const v = new Float64Array(block.size);
        problem.exactBlock!.minimize(cache, x, block, v);
        problem.shift(
          cache,
          x,
          block,
          v.map((value, k) => value - x[block.start + k]!),
        );
        x.set(v, block.start);
      }
    }
    const least = problem.value(problem.newCache(x), x);
    assert.ok(
      problem.lowerBound! <= least && least - problem.lowerBound! <= 1e-13 * Math.abs(least),
    );
  });

  test('an indefinite one runs, says so in a note, and has neither a bound nor a block minimiser', () => {
    const problem = built({ problem: 'quadratic', files: files(randomMatrix(6, true)) });
    assert.match(problem.notes.join(' '), /negative eigenvalue/);
    assert.deepEqual(
      [
        problem.lowerBound,
        built({ problem: 'quadratic', files: files(randomMatrix(6, true)), blocks: { size: 6 } })
          .exactBlock,
      ],
      [null, null],
    );
  });

  test('sunYe from ones: cyclic exact descent needs 14,079 sweeps to 1e-8 of f, permuted about 150', () => {
    const sweeps = (orderOf: (sweep: number) => Int32Array): number => {
      const problem = built({ problem: 'quadratic' });
      const x = problem.start.slice();
      const cache = problem.newCache(x);
      const goal = 1e-8 * problem.value(cache, x);
      const v = new Float64Array(1);
      const delta = new Float64Array(1);
      for (let sweep = 0; ; sweep++) {
        if (problem.value(cache, x) <= goal) return sweep;
        for (const i of orderOf(sweep)) {
          const block = problem.blocks[i]!;
          problem.exactBlock!.minimize(cache, x, block, v);
          delta[0] = v[0]! - x[i]!;
          problem.shift(cache, x, block, delta);
          x[i] = v[0]!;
        }
      }
    };
    const inOrder = Int32Array.from({ length: 50 }, (_, i) => i);
    // methods.md states 14079 and 152; the second depends on the draws.
    assert.equal(
      sweeps(() => inOrder),
      14079,
    );
    const permuted = sweeps(sweep => permutation(50, stream(1, sweep)));
    assert.ok(permuted > 120 && permuted < 190, String(permuted));
  });
});
