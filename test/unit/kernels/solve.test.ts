import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { normals, stream } from '../../../solver/core/random.ts';
import { symmetricEigen } from '../../../solver/kernels/eigen.ts';
import {
  logisticResidual,
  logisticResidualAt,
  logLoss,
  sigmoid,
} from '../../../solver/kernels/logistic.ts';
import { groupQuadratic, lassoQuadratic } from '../../../solver/kernels/metricProx.ts';
import { euclideanNorm, softThreshold } from '../../../solver/kernels/prox.ts';
import {
  cholesky,
  choleskySolve,
  rememberFactors,
} from '../../../solver/kernels/symmetricSolve.ts';

/** BᵀB for a random B of `rank` rows: PSD of that rank. */
function gram(d: number, rank: number, seed: number): Float64Array {
  const B = normals(rank * d, stream(seed, d, rank));
  const H = new Float64Array(d * d);
  for (let k = 0; k < d; k++) {
    for (let l = 0; l < d; l++) {
      for (let i = 0; i < rank; i++) H[k * d + l] = H[k * d + l]! + B[i * d + k]! * B[i * d + l]!;
    }
  }
  return H;
}

function times(H: Float64Array, v: Float64Array): Float64Array {
  const d = v.length;
  return Float64Array.from(v, (_, k) => v.reduce((s, w, l) => s + H[k * d + l]! * w, 0));
}

const norm = (v: Float64Array): number => euclideanNorm(v, 0, v.length);
const minus = (a: Float64Array, b: Float64Array): Float64Array => a.map((v, k) => v - b[k]!);
const random = (n: number, key: number): Float64Array => normals(n, stream(2, n, key));

describe('Cholesky with pivots', () => {
  test('solves A x = b whenever b is in the range of A, of full rank or not, and finds the rank', () => {
    for (const d of [1, 2, 5, 20]) {
      for (const rank of [d, Math.ceil(d / 2)]) {
        const H = gram(d, rank, 1);
        const b = times(H, random(d, 1));
        const x = b.slice();
        const factor = cholesky(H.slice(), d)!;
        assert.equal(factor.rank, rank);
        choleskySolve(factor, x, new Float64Array(d));
        assert.ok(norm(minus(times(H, x), b)) <= 1e-12 * norm(b), `${d}, ${rank}`);
      }
    }
  });

  test('is null for a matrix that is not PSD, and for a NaN', () => {
    assert.equal(cholesky(Float64Array.of(1, 2, 2, 1), 2), null);
    assert.equal(cholesky(Float64Array.of(0, 1, 1, 0), 2), null);
    assert.equal(cholesky(Float64Array.of(Number.NaN, 0, 0, 1), 2), null);
  });

  test('where A is singular, solve gives the least-norm solution', () => {
    const d = 8;
    const H = gram(d, 3, 2);
    const b = times(H, random(d, 2));
    const x = new Float64Array(d);
    rememberFactors().solve(0, H, d, b, x);
    assert.ok(norm(minus(times(H, x), b)) <= 1e-12 * norm(b));
    // Least norm: x has no part in the null space, so it is H applied to something.
    const { values, vectors } = symmetricEigen(H.slice(), d);
    for (let k = 0; k < d; k++) {
      if (values[k]! > 1e-10) continue;
      const along = x.reduce((s, v, l) => s + v * vectors[k * d + l]!, 0);
      assert.ok(Math.abs(along) <= 1e-12 * norm(x));
    }
  });
});

describe('penalised quadratics', () => {
  test('½vᵀHv − qᵀv + l1‖v‖₁: each slope is −l1 sign(v), or within l1 where v is 0', () => {
    for (const d of [2, 5, 15]) {
      for (const rank of [d, Math.ceil(d / 2)]) {
        const H = gram(d, rank, 3);
        const q = times(H, random(d, 3));
        for (const l1 of [0.01, 0.5 * Math.abs(q[0]!), 2 * Math.max(...q.map(Math.abs))]) {
          const v = new Float64Array(d);
          lassoQuadratic(H, q, l1, random(d, 4), v);
          const slope = minus(times(H, v), q);
          const tolerance = 1e-12 * (1 + norm(q));
          slope.forEach((s, k) => {
            if (v[k] === 0) assert.ok(Math.abs(s) <= l1 + tolerance);
            else
              assert.ok(
                Math.abs(s + l1 * Math.sign(v[k]!)) <= tolerance,
                `${d}, ${rank}, ${l1}: ${s}`,
              );
          });
        }
      }
    }
  });

  test('½vᵀHv − qᵀv + s‖v‖: 0 for ‖q‖ ≤ s, else Hv + s v/‖v‖ = q', () => {
    for (const d of [2, 6, 30]) {
      for (const rank of [d, Math.ceil(d / 2)]) {
        const H = gram(d, rank, 5);
        const q = times(H, random(d, 5));
        for (const share of [1e-6, 0.3, 0.999, 1 - 1e-12, 1, 2]) {
          const s = share * norm(q);
          const v = new Float64Array(d);
          groupQuadratic(symmetricEigen(H.slice(), d), q, s, d, v);
          const size = norm(v);
          if (share >= 1) assert.equal(size, 0);
          else {
            const rest = times(H, v).map((w, k) => w + (s * v[k]!) / size - q[k]!);
            assert.ok(norm(rest) <= 1e-12 * norm(q), `${d}, ${rank}, ${share}: ${norm(rest)}`);
          }
        }
      }
    }
  });
});

describe('logistic terms', () => {
  test('log(1 + e^{−t}) and σ(t) neither overflow nor cancel', () => {
    // Values in 60-digit decimal arithmetic.
    const loss: readonly (readonly [number, number])[] = [
      [0, Math.LN2],
      [40, 4.248354255291589e-18],
      [-40, 40.0],
      [800, 0],
      [-800, 800],
      [1e-10, 0.6931471805099453],
      [3.7, 0.024422845933779157],
    ];
    for (const [t, exact] of loss)
      assert.ok(Math.abs(logLoss(t) - exact) <= 3e-16 * exact, `${t}: ${logLoss(t)}`);
    assert.equal(sigmoid(0), 0.5);
    assert.equal(sigmoid(800), 1);
    assert.equal(sigmoid(-745), Math.exp(-745));
    for (const t of [0.1, 3, 30, 300]) {
      assert.ok(Math.abs(sigmoid(-t) - Math.exp(-t) * sigmoid(t)) <= 3e-16 * sigmoid(-t));
    }
  });

  test('recomputing the listed rows gives the same bits as recomputing all', () => {
    const n = 9;
    const y = Float64Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 1 : -1));
    const cache = new Float64Array(2 * n);
    cache.set(random(n, 6));
    const whole = cache.slice();
    logisticResidual(whole, y, n);
    logisticResidualAt(cache, y, n, Int32Array.of(1, 4, 5), 0, 3);
    for (const i of [1, 4, 5]) assert.equal(cache[n + i], whole[n + i]);
    assert.equal(cache[n], 0);
  });
});

test('soft thresholding moves towards 0 by t and stops there', () => {
  assert.deepEqual(
    [3, -3, 0.5, -0.5, 0].map(u => softThreshold(u, 1)),
    [2, -2, 0, 0, 0],
  );
  assert.ok(Number.isNaN(softThreshold(Number.NaN, 1)));
});

test('the Euclidean norm neither overflows nor vanishes', () => {
  for (const scale of [1e200, 1e-200]) {
    const size = euclideanNorm(Float64Array.of(3 * scale, 4 * scale), 0, 2);
    assert.ok(Math.abs(size - 5 * scale) <= 1e-15 * size);
  }
  assert.equal(
    euclideanNorm(Float64Array.of(0, Number.POSITIVE_INFINITY), 0, 2),
    Number.POSITIVE_INFINITY,
  );
  assert.ok(Number.isNaN(euclideanNorm(Float64Array.of(1, Number.NaN), 0, 2)));
});
