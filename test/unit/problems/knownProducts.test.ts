// What is known of products with the data: it decides only what is computed.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { normals, stream } from '../../../solver/core/random.ts';
import { jsKernels } from '../../../solver/kernels/index.ts';
import { KnownProducts } from '../../../solver/problems/linear/knownProducts.ts';

const [rows, size] = [9, 7];
const A = normals(rows * size, stream(3, 'known'));
const product = (c: number, v: Float64Array, vStart: number) =>
  jsKernels.dot(A, c * rows, v, vStart, rows);

/** Counts what is computed. */
function counted() {
  const calls: number[] = [];
  let strikes = false;
  const known = new KnownProducts(jsKernels, rows, size, (coordinates, count, v, vStart, out) => {
    for (let l = 0; l < count; l++) {
      out[l] = product(coordinates[l]!, v, vStart);
      if (strikes) throw new Error('interrupted');
    }
    calls.push(...coordinates.subarray(0, count));
  });
  return { known, calls, strike: (on: boolean) => (strikes = on) };
}

describe('products with the data of the vector asked about last', () => {
  test('have the bits of fresh ones, whatever was asked before', () => {
    const asks = fc.array(
      fc.record({
        coordinates: fc.uniqueArray(fc.nat({ max: size - 1 })),
        at: fc.nat({ max: rows - 1 }),
        value: fc.constantFrom(0, -0, 1, -1, 5e-324, Number.NaN, 1e300),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(asks, list => {
        const { known } = counted();
        const v = new Float64Array(rows + 2);
        for (const { coordinates, at, value } of list) {
          v[at + 2] = value;
          const out = new Float64Array(size);
          known.dots(Int32Array.from(coordinates), coordinates.length, v, 2, out);
          for (const [l, c] of coordinates.entries())
            assert.ok(Object.is(out[l], product(c, v, 2)), `coordinate ${c}`);
        }
      }),
    );
  });

  test('are computed once as long as the vector stays, and those of an interrupted call again', () => {
    const { known, calls, strike } = counted();
    const v = normals(rows, stream(4));
    const out = new Float64Array(size);
    known.dots(Int32Array.of(1, 4), 2, v, 0, out);
    known.dots(Int32Array.of(4, 2, 1), 3, v.slice(), 0, out);
    assert.deepEqual(calls, [1, 4, 2]);
    strike(true);
    assert.throws(() => known.dots(Int32Array.of(5, 6), 2, v, 0, out), /interrupted/);
    strike(false);
    known.dots(Int32Array.of(5, 6), 2, v, 0, out);
    assert.deepEqual([...out.subarray(0, 2)], [product(5, v, 0), product(6, v, 0)]);
    v[3] = v[3]! + 1;
    known.dots(Int32Array.of(1), 1, v, 0, out);
    assert.deepEqual(calls, [1, 4, 2, 5, 6, 1]);
  });
});
