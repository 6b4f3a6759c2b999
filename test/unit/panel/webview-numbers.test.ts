import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { rangeOf, xAxis, xTicks } from '../../../webview/charts/axis.ts';
import { decade, Numbers, tick } from '../../../webview/ui/numbers.ts';

describe('the numbers of an axis', () => {
  test('ticks: whole decades, and no more digits than the step needs', () => {
    assert.deepEqual([-4, 0, 1, 2].map(decade), ['1e-4', '1', '10', '1e2']);
    assert.equal(tick(0.15, 0.05), '0.15');
    assert.equal(tick(200, 50), '200');
    assert.equal(tick(2e6, 5e5), '2.0e6');
  });
});

const list = (values: readonly number[]) => {
  const numbers = new Numbers();
  numbers.pushAll(Float64Array.from(values));
  return numbers;
};

describe('a vertical axis', () => {
  const positive = fc.double({ min: 1e-12, max: 1e12, noNaN: true });

  test('logarithmic: ends at whole decades, its ticks are whole decades, and it holds 99 of 100 values', () => {
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

  test('linear: holds every value, and starts at zero when that is near', () => {
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

  test('nothing, only zeros, only NaN: an axis all the same', () => {
    for (const values of [[], [0, 0], [Number.NaN], [Number.POSITIVE_INFINITY]]) {
      for (const log of [true, false]) {
        const axis = rangeOf(list(values), log, 120);
        assert.ok(axis.max > axis.min, JSON.stringify([values, log, axis]));
      }
    }
  });
});

describe('the horizontal axis', () => {
  test('an open end is rounded up, and stands still until the run gets there', () => {
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
