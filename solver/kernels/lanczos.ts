import { tridiagonalEigen } from './eigen.ts';
import { euclideanNorm } from './prox.ts';
import { axpy, dot } from './vector.ts';

/** out = A v for a symmetric A; must not keep either array. */
export type Apply = (v: Float64Array, out: Float64Array) => void;

/** A Ritz value and its residual ‖A y − θ y‖: an eigenvalue of A lies within `error` of `value`. */
export interface RitzValue {
  readonly value: number;
  readonly error: number;
}

/** The extreme Ritz values of A, and how many products with A they took. */
export interface Spectrum {
  readonly least: RitzValue;
  readonly greatest: RitzValue;
  readonly products: number;
}

/**
 * Extreme eigenvalues of a symmetric (n, n) operator by Lanczos with full reorthogonalisation (twice), from a fixed
 * pseudo-random start. Stops when the residual of the greatest (`both`: of each) is below `tolerance` times the largest
 * |θ|, when the space is exhausted, or after `steps` products. The greatest value never exceeds λ_max; value + error bounds λ_max unless the
 * start has no part in its eigenvector, which a random start has with probability 0. NaN when A gives one.
 * `poll` is called after each product and may throw. Source: Golub & Van Loan, Matrix Computations, 10.1.
 */
export function lanczos(
  apply: Apply,
  n: number,
  options: {
    readonly steps: number;
    readonly tolerance: number;
    readonly both?: boolean;
    readonly poll: () => void;
  },
): Spectrum {
  const limit = Math.min(n, options.steps);
  const basis: Float64Array[] = [];
  const alpha: number[] = [];
  const beta: number[] = [0];
  let v = startVector(n);
  const product = new Float64Array(n);
  let size = 0;
  let spectrum: Spectrum = {
    least: { value: Number.NaN, error: Number.NaN },
    greatest: { value: Number.NaN, error: Number.NaN },
    products: 0,
  };
  for (let k = 1; k <= limit; k++) {
    basis.push(v);
    apply(v, product);
    options.poll();
    const a = dot(product, 0, v, 0, n);
    alpha.push(a);
    for (let pass = 0; pass < 2; pass++) {
      for (const q of basis) axpy(-dot(product, 0, q, 0, n), q, 0, product, 0, n);
    }
    const norm = euclideanNorm(product, 0, n);
    size = Math.max(size, Math.abs(a) + beta[k - 1]!);
    // A vector that is only rounding is not a new direction. (A sum of n rounded terms is off by about √n ulp.)
    const exhausted = !(norm > 1e-14 * size) || k === n;
    if (exhausted || k === limit || k % 4 === 0) {
      spectrum = extremes(alpha, beta, exhausted ? 1e-15 * size : norm);
      const { least, greatest } = spectrum;
      const goal = options.tolerance * Math.max(Math.abs(least.value), Math.abs(greatest.value));
      const error = options.both ? Math.max(least.error, greatest.error) : greatest.error;
      if (exhausted || !(error > goal)) break;
    }
    beta.push(norm);
    v = new Float64Array(n);
    for (let i = 0; i < n; i++) v[i] = product[i]! / norm;
  }
  return spectrum;
}

/** Extreme eigenvalues of the k × k tridiagonal, with residuals `norm` · |last entry of the eigenvector|. */
function extremes(alpha: readonly number[], beta: readonly number[], norm: number): Spectrum {
  const k = alpha.length;
  const values = Float64Array.from(alpha);
  const below = Float64Array.from(beta);
  const last = new Float64Array(k);
  last[k - 1] = 1;
  tridiagonalEigen(values, below, k, last, 1);
  return {
    least: { value: values[0]!, error: Math.abs(norm * last[0]!) },
    greatest: { value: values[k - 1]!, error: Math.abs(norm * last[k - 1]!) },
    products: k,
  };
}

/** A unit vector with entries from a fixed linear congruential sequence, none of them near 0. */
function startVector(n: number): Float64Array {
  const v = new Float64Array(n);
  let state = 12345;
  for (let i = 0; i < n; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    const u = (state >>> 0) / 4294967296;
    v[i] = u < 0.5 ? u - 1 : u;
  }
  const norm = Math.sqrt(dot(v, 0, v, 0, n));
  for (let i = 0; i < n; i++) v[i] = v[i]! / norm;
  return v;
}
