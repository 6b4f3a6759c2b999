import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { bucketWidth, decimate, place } from '../../../extension/history/decimate.ts';
import { History } from '../../../extension/history.ts';
import type { MetricsBatch } from '../../../solver/wire/protocol.ts';
import { blocks, metrics, rows } from '../../support/engine/metrics.ts';
import { historyOf, shape } from '../../support/panel/feeding.ts';

function withObjective(values: readonly number[]): MetricsBatch {
  const batch = rows(shape, 0, values.length);
  return { ...batch, columns: { ...batch.columns, objective: Float64Array.from(values) } };
}

describe('decimating', () => {
  const odd = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0);
  const value = fc.oneof({ weight: 5, arbitrary: fc.double({ noNaN: true }) }, odd);

  test('no value of any bucket lies outside its points, each extreme is a value, and NaN and ∞ stay', () => {
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 200 }),
        fc.integer({ min: 0, max: 6 }),
        (values, power) => {
          const width = 2 ** power;
          const made = historyOf(withObjective(values));
          const points = decimate(made.rows('live')!, 'objective', null, width, 0, values.length);
          for (let start = 0; start < values.length; start += width) {
            const bucket = values.slice(start, start + width);
            const here = points.k.flatMap((k, i) => (k > start && k <= start + width ? [i] : []));
            const finite = bucket.filter(Number.isFinite);
            const own = here.filter(i => Number.isFinite(points.low[i]));
            assert.equal(own.length, finite.length > 0 ? 1 : 0);
            if (finite.length > 0) {
              assert.equal(
                points.low[own[0]!],
                finite.reduce((a, b) => Math.min(a, b)),
              );
              assert.equal(
                points.high[own[0]!],
                finite.reduce((a, b) => Math.max(a, b)),
              );
            }
            for (const kind of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
              const told = here.filter(i => Object.is(points.low[i], kind)).length;
              assert.equal(told, bucket.some(v => Object.is(v, kind)) ? 1 : 0);
            }
          }
        },
      ),
      { numRuns: 200, seed: 2 },
    );
  });

  test('a longer run leaves the buckets that were full as they were', () => {
    const short = historyOf(rows(shape, 0, 160)).rows('live')!;
    const long = historyOf(rows(shape, 0, 400)).rows('live')!;
    for (const block of [null, 0, 3]) {
      const early = decimate(short, 'gradNorm', block, 16, 0, 160);
      const late = decimate(long, 'gradNorm', block, 16, 0, 400);
      assert.deepEqual(late.k.slice(0, early.k.length), early.k);
      assert.deepEqual(late.high.slice(0, early.k.length), early.high);
    }
  });

  test('the width is a power of two and the buckets fit', () => {
    for (const steps of [1, 2, 100, 1023, 1024, 1025, 10 ** 6]) {
      const width = bucketWidth(steps, 512);
      assert.equal(Math.log2(width) % 1, 0);
      assert.ok(steps / width <= 512);
      assert.ok(width === 1 || steps / width > 256);
    }
  });
});

describe('the axes', () => {
  const made = historyOf(rows(shape, 0, 203));

  test('the end of sweep s stands at s, and the place grows with k on every axis', () => {
    const live = made.rows('live')!;
    for (const axis of ['step', 'sweep', 'pass'] as const) {
      for (let k = 1; k <= 203; k++) {
        assert.ok(place(live, axis, k, 5) > place(live, axis, k - 1, 5), `${axis} at ${k}`);
      }
    }
    for (const s of [1, 2, 40]) assert.equal(place(live, 'sweep', 5 * s, 5), s);
  });

  test('a sweep that an ordering cut short still ends at its number', () => {
    const cut = rows(shape, 0, 12);
    // The second sweep ends after three of its five updates.
    const sweep = Int32Array.from([1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 3, 3]);
    const live = historyOf({ ...cut, sweep }).rows('live')!;
    assert.equal(place(live, 'sweep', 8, 5), 2);
    assert.ok(Math.abs(place(live, 'sweep', 12, 5) - 2.8) < 1e-12);
  });
});

test('where a sweep is one step, however many blocks it moves, step k lies at sweep k from the third on', () => {
  const made = new History();
  made.begin({ blocks: blocks(1), metrics });
  made.append(rows({ blocks: 1 }, 0, 9));
  const live = made.rows('live')!;
  for (let k = 3; k <= 9; k++) assert.equal(place(live, 'sweep', k, 5), k);
});
