// From rows to what is drawn: buckets, axes, ticks, and numbers as text.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  bucketWidth,
  decimate,
  decimateBlocks,
  place,
} from '../../../extension/history/decimate.ts';
import { History } from '../../../extension/history.ts';
import { formatCount, formatNumber } from '../../../solver/core/words.ts';
import type { MetricsBatch } from '../../../solver/wire/protocol.ts';
import { rangeOf, xAxis, xTicks } from '../../../webview/charts/axis.ts';
import { countTick, decade, Numbers, tick } from '../../../webview/ui/numbers.ts';
import { historyOf, shape } from '../../support/panel/feeding.ts';
import { blocks, metrics, rows } from '../../support/panel/invented.ts';

function withObjective(values: readonly number[]): MetricsBatch {
  const batch = rows(shape, 0, values.length);
  return { ...batch, columns: { ...batch.columns, objective: Float64Array.from(values) } };
}

describe('decimating', () => {
  const odd = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0);
  const value = fc.oneof({ weight: 5, arbitrary: fc.double({ noNaN: true }) }, odd);

  test('no value of a bucket is outside its points, each extreme is a value, and NaN and ∞ are kept', () => {
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

  test('a longer run does not change the buckets that were full', () => {
    const short = historyOf(rows(shape, 0, 160)).rows('live')!;
    const long = historyOf(rows(shape, 0, 400)).rows('live')!;
    for (const block of [null, 0, 3]) {
      const early = decimate(short, 'gradNorm', block, 16, 0, 160);
      const late = decimate(long, 'gradNorm', block, 16, 0, 400);
      assert.deepEqual(late.k.slice(0, early.k.length), early.k);
      assert.deepEqual(late.high.slice(0, early.k.length), early.high);
    }
  });

  test('the points of all blocks, read at once, are those of each block', () => {
    const count = 40_000;
    const batch = rows(shape, 0, count);
    for (let row = 0; row < count; row += 13)
      batch.columns['gradNorm']![row] = [Number.NaN, Infinity, -Infinity, 0][row % 4]!;
    // From here on a step has two rows.
    const k = batch.k.map(k => (k > 20_000 ? 20_000 + Math.ceil((k - 20_000) / 2) : k));
    const one = historyOf({ ...batch, k }).rows('live')!;
    for (const [width, fromK, toK] of [
      [64, 0, count],
      [1, 16_300, 16_450],
      [8, 19_990, 25_003],
    ] as const)
      assert.deepEqual(
        decimateBlocks(one, 'gradNorm', width, fromK, toK),
        Array.from({ length: 5 }, (_, block) =>
          decimate(one, 'gradNorm', block, width, fromK, toK),
        ),
      );
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

  test('the end of sweep s is at s, and the position grows with k on every axis', () => {
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

test('where a sweep is one step, however many blocks it moves, step k is at sweep k from the third on', () => {
  const made = new History();
  made.begin({ blocks: blocks(1), metrics });
  made.append(rows({ blocks: 1 }, 0, 9));
  const live = made.rows('live')!;
  for (let k = 3; k <= 9; k++) assert.equal(place(live, 'sweep', k, 5), k);
});

describe('the numbers of an axis', () => {
  test('ticks: whole decades, and no more digits than the step needs', () => {
    assert.deepEqual([-4, -1, 0, 1, 3, 4].map(decade), ['1e-4', '0.1', '1', '10', '1000', '1e4']);
    assert.equal(tick(0.15, 0.05), '0.15');
    assert.equal(tick(200, 50), '200');
    assert.equal(tick(2e6, 5e5), '2.0e6');
    assert.equal(tick(-0.5, 0.05), '−0.50');
    assert.equal(tick(0, 0.5), '0');
    assert.deepEqual([countTick(15000, 5000), countTick(2.5, 0.5)], ['15\u202f000', '2.5']);
  });
});

const list = (values: readonly number[]) => {
  const numbers = new Numbers();
  numbers.pushAll(Float64Array.from(values));
  return numbers;
};

describe('a vertical axis', () => {
  const positive = fc.double({ min: 1e-12, max: 1e12, noNaN: true });

  test('logarithmic: it ends at whole decades, its ticks are whole decades, and it covers 99 of 100 values', () => {
    fc.assert(
      fc.property(fc.array(positive, { minLength: 1, maxLength: 300 }), values => {
        const axis = rangeOf(list(values), true, 120);
        assert.ok(Number.isInteger(axis.floor) && Number.isInteger(axis.max));
        assert.ok(axis.ticks.every(({ value }) => Number.isInteger(value)));
        const span = axis.max - axis.floor;
        const held = values.filter(value => Math.log10(value) >= axis.floor - 1e-9);
        // Seventeen decades are all that a double tells apart.
        if (span < 17) assert.ok(held.length >= 0.99 * values.length);
        assert.ok(values.every(value => Math.log10(value) <= axis.max + 1e-9));
      }),
      { seed: 5 },
    );
  });

  test('zero gets a lane below the lowest decade, and a tick', () => {
    const axis = rangeOf(list([0, 1e-3, 10]), true, 120);
    assert.equal(axis.floor, -3);
    assert.ok(axis.min < axis.floor);
    assert.deepEqual(axis.ticks[0], { value: axis.min, text: '0' });
    assert.equal(rangeOf(list([1e-3, 10]), true, 120).min, -3);
  });

  test('a single drop among hundreds does not stretch it', () => {
    const values = Array.from({ length: 300 }, (_, i) => 1 + (i % 7));
    assert.equal(rangeOf(list([...values, 1e-14]), true, 120).floor, 0);
  });

  test('linear: it covers every value, and starts at zero when that is near', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 }),
        values => {
          const axis = rangeOf(list(values), false, 120);
          // A billionth of the range is less than a pixel.
          const less = 1e-9 * (axis.max - axis.min);
          assert.ok(axis.min - less <= Math.min(...values));
          assert.ok(axis.max + less >= Math.max(...values));
        },
      ),
      { seed: 6 },
    );
    assert.equal(rangeOf(list([1, 7]), false, 120).min, 0);
  });

  test('there is an axis even for no values, only zeros or only NaN', () => {
    for (const values of [[], [0, 0], [Number.NaN], [Number.POSITIVE_INFINITY]]) {
      for (const log of [true, false]) {
        const axis = rangeOf(list(values), log, 120);
        assert.ok(axis.max > axis.min, JSON.stringify([values, log, axis]));
      }
    }
  });
});

describe('the horizontal axis', () => {
  test('an open end is rounded up, and does not move until the run gets there', () => {
    const ends = [71, 74, 75, 80].map(end => xAxis(0, end, true, 300, false).max);
    assert.deepEqual(new Set(ends).size, 1);
    assert.ok(ends[0]! >= 80);
  });

  test('steps have ticks at whole numbers, 64 pixels apart', () => {
    for (const end of [1, 3, 10, 1234, 10 ** 6]) {
      const ticks = xTicks(xAxis(0, end, true, 320, true));
      assert.ok(ticks.every(Number.isInteger), `${end}: ${ticks}`);
      assert.ok(ticks.length <= 7 && ticks.length >= 2, `${end}: ${ticks}`);
    }
  });
});

describe('a number as people read it', () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, '0'],
    [-0, '0'],
    [1, '1.00'],
    [-1, '−1.00'],
    [12.345, '12.3'],
    [123.45, '123'],
    [1234.5, '1230'],
    [9999, '1.00e4'],
    [0.327, '0.327'],
    [0.0327, '0.0327'],
    [0.00326, '3.26e-3'],
    [0.009999, '0.0100'],
    [4.1e6, '4.10e6'],
    [1e-300, '1.00e-300'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, '∞'],
    [Number.NEGATIVE_INFINITY, '−∞'],
  ];
  for (const [value, text] of cases) {
    test(`${value} is ${text}`, () => assert.equal(formatNumber(value), text));
  }

  test('has the requested digits, without an exponent where they reach', () => {
    const six = [1, -0.5, 1234567, 123456.7].map(value => formatNumber(value, 6));
    assert.deepEqual(six, ['1.00000', '−0.500000', '1.23457e6', '123457']);
    assert.deepEqual(
      [0.05, 200, 1e4].map(value => formatNumber(value, 1)),
      ['0.05', '200', '1e4'],
    );
  });

  test('three digits are kept: the text is correct to half a unit of the third digit', () => {
    const positive = fc.double({ min: 1e-300, max: 1e300, noNaN: true });
    fc.assert(
      fc.property(positive, value => {
        const read = Number(formatNumber(value));
        // 5.001e-3: half a unit of the third digit, and the rounding of the text itself.
        assert.ok(Math.abs(read - value) <= 5.001e-3 * value, `${value} → ${formatNumber(value)}`);
      }),
    );
  });
});

test('the thousands of a count are separated', () => {
  const counts = [0, 999, 1000, 162386, 1234567].map(formatCount);
  assert.deepEqual(counts, ['0', '999', '1\u202f000', '162\u202f386', '1\u202f234\u202f567']);
});
