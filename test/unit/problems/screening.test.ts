import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isRefusal } from '../../../solver/core/part.ts';
import { jsKernels } from '../../../solver/kernels/index.ts';
import {
  correlations,
  screenedCorrelations,
} from '../../../solver/problems/linear/correlations.ts';
import {
  addColumn,
  type Design,
  design,
  squaredColumn,
} from '../../../solver/problems/linear/design.ts';
import { built, point, samples, sparseSamples, table, vector } from './cases.ts';

function designOf(data: Parameters<typeof design>[0]): Design {
  const a = design(
    data,
    'coordinates',
    { intercept: true, standardize: false },
    jsKernels,
    () => {},
  );
  if (isRefusal(a)) throw new Error(a.refusal);
  return a;
}

describe('correlations that are looked at only where they can matter', () => {
  const designs = [designOf(samples(41, 30, false)), designOf(sparseSamples(41, 30, false))];
  /** Residuals on a random way that ends in shorter and shorter steps, at times thrown far. */
  const way = (n: number): Float64Array[] => {
    let v = vector(n, 1);
    return Array.from({ length: 60 }, (_, t) => {
      const step = t === 40 ? 100 : 0.8 ** (t % 40);
      v = v.map((value, i) => value + step * 0.2 * vector(n, 2, t)[i]!);
      return v;
    });
  };

  test('are those of a full look, bit for bit, or 0 for an x_c of 0 whose |u_c| is at most the limit', () => {
    for (const a of designs) {
      for (const limit of [0.02, 0.3, 2, 1e9]) {
        const screened = screenedCorrelations(a, limit);
        for (const [t, v] of way(a.n).entries()) {
          const x = vector(a.size, 3, t).map(value => (value > 1 ? value : 0));
          const all = correlations(a, v);
          for (const [c, u] of screened(v, x).entries()) {
            const skipped = x[c] === 0 && Math.abs(all[c]!) <= limit && u === 0;
            assert.ok(
              skipped || Object.is(u, all[c]),
              `limit ${limit}, time ${t}, coordinate ${c}`,
            );
          }
        }
      }
    }
  });

  test('are looked at when the residual went straight for their limit and passed it by a millionth', () => {
    for (const a of designs) {
      for (let c = a.offset; c < a.size; c++) {
        const column = new Float64Array(a.n);
        addColumn(a, c, 1, column);
        const square = squaredColumn(a, c, null);
        if (square === 0) continue;
        // u_c = share after each of these, the limit being 1.
        const along = (share: number): Float64Array => column.map(e => (share * a.n * e) / square);
        const screened = screenedCorrelations(a, 1);
        const zeros = new Float64Array(a.size);
        for (const share of [0.2, 0.5, 0.9, 0.99]) screened(along(share), zeros);
        assert.ok(screened(along(1 + 1e-6), zeros)[c]! > 1, `coordinate ${c}`);
      }
    }
  });

  test('are looked at ever less as the residual settles', () => {
    const [a] = designs as [Design];
    const zeros = new Float64Array(a.size);
    const residuals = way(a.n).slice(0, 40);
    const middle = correlations(a, residuals.at(-1)!).map(Math.abs).sort()[a.size >> 1]!;
    const screened = screenedCorrelations(a, middle);
    const looks = residuals.map(v => screened(v, zeros).filter(u => u !== 0).length);
    assert.ok(looks[0]! > a.size - 3 && looks.at(-1)! <= 0.6 * a.size, looks.join(' '));
  });

  test('come back after a residual that was not finite', () => {
    const [a] = designs as [Design];
    const screened = screenedCorrelations(a, 1e9);
    const v = vector(a.n, 4);
    const x = vector(a.size, 5);
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY]) {
      screened(v, x);
      screened(
        v.map((value, i) => (i === 3 ? wrong : value)),
        x,
      );
      const all = correlations(a, v);
      assert.deepEqual(screened(v, x).slice(a.offset), all.slice(a.offset));
      assert.deepEqual(screened(v, x).slice(a.offset), all.slice(a.offset));
    }
  });
});

test('a gap depends on where it is asked, not on where it was asked before, bit for bit', () => {
  for (const [name, recipe] of table) {
    const asked = built(recipe);
    if (asked.certificate === null) continue;
    const x = point(asked, 1);
    for (let t = 0; t < 40; t++) {
      // The further along, the more coordinates are 0 and the less the rest moves.
      for (let c = 0; c < x.length; c++) {
        x[c] = c % 40 < t ? 0 : x[c]! + 0.7 ** t * vector(x.length, 6, t)[c]!;
      }
      const fresh = built(recipe);
      const gap = fresh.certificate!.gap(fresh.newCache(x), x);
      assert.equal(asked.certificate!.gap(asked.newCache(x), x), gap, `${name}, time ${t}`);
    }
  }
});
