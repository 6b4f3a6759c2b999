import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { formatCount, formatNumber } from '../../../solver/wire/number.ts';

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

  test('three digits are kept: the text is within half a unit of the third digit', () => {
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

test('a count has its thousands apart', () => {
  const counts = [0, 999, 1000, 162386, 1234567].map(formatCount);
  assert.deepEqual(counts, ['0', '999', '1\u202f000', '162\u202f386', '1\u202f234\u202f567']);
});
