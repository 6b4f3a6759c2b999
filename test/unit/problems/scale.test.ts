import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isRefusal } from '../../../solver/core/part.ts';
import type { Matrix } from '../../../solver/kernels/columns.ts';
import { jsKernels } from '../../../solver/kernels/index.ts';
import { lasso } from '../../../solver/problems/lasso.ts';
import { arrange } from '../../../solver/problems/linear/standardize.ts';

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
      arrange(matrix(kind, scale), Int32Array.of(0), true, () => {}).X.values;
    const own = standardized(1);
    for (const power of [-1022, -700, -480, 480, 516, 700, 1020]) {
      test(`${kind}, times 2^${power}: squares of its entries are no doubles`, () => {
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
    const { values } = arrange(matrix('dense', 1e155), Int32Array.of(0), true, () => {}).X;
    const mean = values.reduce((sum, value) => sum + value, 0) / n;
    const square = values.reduce((sum, value) => sum + value * value, 0) / n;
    assert.ok(Math.abs(mean) < 1e-15 && Math.abs(square - 1) < 1e-15, `${mean} ${square}`);
  });
});

test('a fraction of the maximum that is no double is refused, with the maximum', () => {
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
