// What is true of a problem, by other arithmetic than the engine’s: 600 bits behind the point, and minimisers in plain
// loops.
import type { Problem } from '../../../solver/core/problem.ts';

// Arithmetic with 600 bits behind the point: reported values are compared with the exact ones at the same x.
const BITS = 600n;
const ONE = 1n << BITS;

/** A number with 600 bits behind the point; a float64 above 2⁻⁵⁰⁰ is one exactly. */
export type Wide = bigint;

export function wide(value: number): Wide {
  const bits = Math.min(1000, 52 - Math.floor(Math.log2(Math.abs(value) || 1)));
  const scaled =
    bits > 0
      ? BigInt(value * 2 ** Math.min(bits, 500) * 2 ** Math.max(0, bits - 500))
      : BigInt(value);
  const places = BITS - BigInt(Math.max(0, bits));
  return places >= 0n ? scaled << places : scaled >> -places;
}

export const times = (a: Wide, b: Wide): Wide => (a * b) >> BITS;
export const over = (a: Wide, b: Wide): Wide => (a << BITS) / b;
export const size = (a: Wide): Wide => (a < 0n ? -a : a);

/** The nearest float64, to two units in its last place. */
export function float(value: Wide): number {
  const places = Math.max(0, size(value).toString(2).length - 64);
  return Number(value >> BigInt(places)) * 2 ** (places - Number(BITS));
}

/** The data and the strength of a lasso without an intercept. */
export interface ExactLasso {
  readonly columns: readonly (readonly number[])[];
  readonly y: readonly number[];
  readonly lambda: number;
}

/**
 * F = ‖r‖²/(2n) + λ‖x‖₁ and its gap Σ_j (λ|x_j| − x_j s u_j) + (1 − s)²‖r‖²/(2n), r = y − Ax, u = Aᵀr/n,
 * s = min(1, λ/‖u‖∞), of an x as it stands; and u.
 */
export function exactLasso(
  { columns, y, lambda }: ExactLasso,
  x: ArrayLike<number>,
): {
  readonly objective: number;
  readonly gap: number;
  readonly u: readonly number[];
} {
  const rows = wide(y.length);
  const coefficients = columns.map((_, j) => wide(x[j]!));
  const A = columns.map(column => column.map(wide));
  const r = y.map((target, i) =>
    A.reduce((sum, column, j) => sum - times(column[i]!, coefficients[j]!), wide(target)),
  );
  const u = A.map(column =>
    over(
      column.reduce((sum, a, i) => sum + times(a, r[i]!), 0n),
      rows,
    ),
  );
  const strength = wide(lambda);
  const largest = u.reduce((most, v) => (size(v) > most ? size(v) : most), 0n);
  const s = largest > strength ? over(strength, largest) : ONE;
  const half = over(
    r.reduce((sum, v) => sum + times(v, v), 0n),
    2n * rows,
  );
  let norm = 0n;
  let gap = times(times(ONE - s, ONE - s), half);
  coefficients.forEach((b, j) => {
    norm += times(strength, size(b));
    gap += times(strength, size(b)) - times(b, times(s, u[j]!));
  });
  return { objective: float(half + norm), gap: float(gap), u: u.map(float) };
}

/** A minimiser to a gap of `limit`, of a problem that has one. */
export function minimiser(problem: Problem, limit = 1e-13): Float64Array {
  const x = problem.start.slice();
  let cache = problem.newCache(x);
  const L = problem.blocks.map(block => problem.curvature!.lipschitz(cache, x, block)!);
  for (let sweep = 0; sweep % 50 > 0 || problem.certificate!.gap(cache, x) > limit; sweep++) {
    if (sweep > 300_000)
      throw new Error(`${problem.name} has a gap of ${problem.certificate!.gap(cache, x)}`);
    if (sweep % 50 === 0) cache = problem.newCache(x);
    for (const block of problem.blocks) {
      const u = new Float64Array(block.size);
      const t = 1 / (L[block.index]! || 1);
      problem.gradient(cache, x, block, u);
      for (let k = 0; k < block.size; k++) u[k] = x[block.start + k]! - t * u[k]!;
      problem.penalty.prox(u, t, block, u);
      const delta = u.map((value, k) => value - x[block.start + k]!);
      problem.shift(cache, x, block, delta);
      x.set(u, block.start);
    }
  }
  return x;
}
