import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { box, elasticNet, groupL2, l1, l2, nonNegative } from '../../../solver/modules/index.ts';
import { modulePenalty } from '../../../solver/modules/problem.ts';

const d = 3;
const block = { name: 'b', index: 1, start: 1, size: d, coordinates: ['0', '1', '2'] };
// Evenly spread: fc.double is as often below 1e-100 as above.
const number = fc.integer({ min: -400, max: 400 }).map(v => v / 100);
const vector = fc.array(number, { minLength: d, maxLength: d });
const t = fc.integer({ min: 1, max: 500 }).map(v => v / 100);

const penalties = {
  none: null,
  'l1(0.7)': l1(0.7),
  'l2(0.7)': l2(0.7),
  'elasticNet(0.7, 0.3)': elasticNet(0.7, 0.3),
  'elasticNet(1)': elasticNet(1),
  'groupL2(1.2)': groupL2(1.2),
  'box(-1, 2)': box(-1, 2),
  nonNegative,
  'l1(0)': l1(0),
} as const;

/** x with the block's entries in their place, after an entry of another block. */
const whole = (v: ArrayLike<number>): Float64Array => Float64Array.of(9, ...Array.from(v));

for (const [name, spec] of Object.entries(penalties)) {
  const penalty = modulePenalty([l1(3), spec]);
  const value = (v: ArrayLike<number>) => penalty.value(whole(v), block);
  const prox = (u: readonly number[], step: number): Float64Array => {
    const out = new Float64Array(d);
    penalty.prox(Float64Array.from(u), step, block, out);
    return out;
  };

  describe(name, () => {
    test('(u − prox(u))/t lies in the subdifferential at prox(u), which makes it the minimiser', () => {
      fc.assert(
        fc.property(vector, t, (u, step) => {
          const p = prox(u, step);
          const s = Float64Array.from(u, (v, i) => (v - p[i]!) / step);
          // ε |u|/t of rounding, |u| ≤ 4 and t ≥ 0.01.
          assert.ok(penalty.distance(whole(p), s, block) < 1e-12);
        }),
        { seed: 1 },
      );
    });

    test('no other point has a lower r(v) + ‖v − u‖²/(2t)', () => {
      fc.assert(
        fc.property(vector, t, vector, (u, step, v) => {
          const at = (w: ArrayLike<number>) =>
            value(w) + u.reduce((sum, ui, i) => sum + (w[i]! - ui) ** 2, 0) / (2 * step);
          const p = prox(u, step);
          assert.ok(at(p) <= at(v) + 1e-12 * (1 + Math.abs(at(v))));
          const near = p.map((pi, i) => pi + 1e-3 * v[i]!);
          assert.ok(at(p) <= at(near) + 1e-12);
        }),
        { seed: 2 },
      );
    });

    test('s at distance δ of the subdifferential at x: a subgradient within δ of s supports r everywhere', () => {
      fc.assert(
        fc.property(vector, vector, vector, (start, s, v) => {
          // Kinks are where subgradients differ, so let x be on them often.
          const x = prox(start, 4);
          const delta = penalty.distance(whole(x), Float64Array.from(s), block);
          const slack = delta * Math.hypot(...v.map((vi, i) => vi - x[i]!));
          const slope = s.reduce((sum, si, i) => sum + si * (v[i]! - x[i]!), 0);
          assert.ok(value(v) >= value(x) + slope - slack - 1e-12);
        }),
        { seed: 3 },
      );
    });

    test('no subgradient at x is nearer to s than the distance returned', () => {
      fc.assert(
        fc.property(vector, vector, t, (u, s, step) => {
          const x = prox(u, step);
          const distance = penalty.distance(whole(x), Float64Array.from(s), block);
          const nearest = Math.hypot(...s.map((si, i) => si - (u[i]! - x[i]!) / step));
          assert.ok(distance <= nearest + 1e-12 * (1 + nearest));
        }),
        { seed: 4 },
      );
    });

    test('prox works in place, and may be given longer arrays', () => {
      const u = [3, -0.2, 0.5];
      const inPlace = Float64Array.of(...u, 7);
      penalty.prox(inPlace, 0.5, block, inPlace);
      assert.deepEqual([...inPlace], [...prox(u, 0.5), 7]);
    });
  });
}

test('values are as documented: the norm, half the square, their mixture, 0 or ∞', () => {
  const x = whole([3, 0, -4]);
  const value = (spec: (typeof penalties)[keyof typeof penalties]) =>
    modulePenalty([null, spec]).value(x, block);
  assert.equal(value(null), 0);
  assert.equal(value(l1(2)), 14);
  assert.equal(value(l2(2)), 25);
  assert.equal(value(elasticNet(2, 0.5)), 7 + 12.5);
  assert.equal(value(groupL2(2)), 10);
  assert.equal(value(box(-4, 3)), 0);
  assert.equal(value(nonNegative), Number.POSITIVE_INFINITY);
});

test('a block without a penalty has zero, its support counts non-zeros, its convexity is that of the square', () => {
  const penalty = modulePenalty([null, elasticNet(2, 0.25)]);
  assert.equal(penalty.isZero({ ...block, index: 0 }), true);
  assert.equal(penalty.isZero(block), false);
  assert.equal(penalty.support(whole([3, 0, -4]), block), 2);
  assert.equal(penalty.support(whole([3, 0, -4]), { ...block, index: 0 }), 0);
  assert.equal(penalty.convexity(block), 1.5);
  assert.equal(modulePenalty([null, l1(2)]).convexity(block), 0);
});

test('NaN stays NaN in every prox', () => {
  for (const spec of Object.values(penalties)) {
    const out = new Float64Array(1);
    modulePenalty([spec]).prox(
      Float64Array.of(Number.NaN),
      1,
      { ...block, index: 0, size: 1 },
      out,
    );
    assert.ok(Number.isNaN(out[0]));
  }
});
