import { type Block, lazy, pollWork } from '../../core/problem.ts';
import { askable, Lost } from '../../kernels/products.ts';
import { euclideanNorm } from '../../kernels/prox.ts';
import { type Design, dotColumns, squaredColumn } from './design.ts';
import { leastOf, reachOf } from './onDevice.ts';

/** u_c = A_cᵀ v/n for the coordinates from the offset on; u[0] is unused where there is an intercept. Holds until the next call. */
export type Correlations = (v: Float64Array, x: Float64Array) => Float64Array;

/** u_c = A_cᵀ v/n for the coordinates from the offset on. */
export function correlations(a: Design, v: Float64Array): Float64Array {
  const all = new Int32Array(a.size - a.offset);
  for (let l = 0; l < all.length; l++) all[l] = a.offset + l;
  const products = new Float64Array(all.length);
  dotColumns(a, all, all.length, v, 0, products);
  const u = new Float64Array(a.size);
  for (let l = 0; l < all.length; l++) u[all[l]!] = products[l]! / a.n;
  return u;
}

/** The penalised coordinates of some blocks; those of all (null) are listed once. */
export function coordinatesOf(a: Design): (among: readonly Block[] | null) => Int32Array {
  const all = lazy(() => Int32Array.from({ length: a.size - a.offset }, (_, k) => a.offset + k));
  return among => {
    if (among === null) return all();
    const penalised = among.filter(({ start }) => start >= a.offset);
    const out = new Int32Array(penalised.reduce((sum, { size }) => sum + size, 0));
    let at = 0;
    for (const { start, size } of penalised) for (let k = 0; k < size; k++) out[at++] = start + k;
    return out;
  };
}

/** `correlations` of these coordinates alone, 0 elsewhere. */
export function listed(a: Design, coordinates: Int32Array): Correlations {
  return v => {
    const products = new Float64Array(coordinates.length);
    a.known.dots(coordinates, coordinates.length, v, 0, products);
    const u = new Float64Array(a.size);
    for (let l = 0; l < coordinates.length; l++) u[coordinates[l]!] = products[l]! / a.n;
    return u;
  };
}

/** Entries below this may vanish from a sum of squares. */
const vanishing = 1e-150;

/**
 * `correlations`, to the bit, but 0 for coordinates with x_c = 0 and |u_c| ≤ limit, where this is known without computing
 * u_c: from one v to the next |u_c| changes by at most ‖A_c‖ ‖v′ − v‖/n, so a coordinate is not computed again before the
 * v's have moved far enough for it to reach the limit; and a device, where there is one, bounds many at once. Both decide only
 * what is computed, never a value. The bounds include rounding. Source: the sphere tests of safe screening, Fercoq, Gramfort & Salmon 2015.
 */
export function screenedCorrelations(a: Design, limit: number): Correlations {
  const { n, size, offset } = a;
  const norms = lazy(() =>
    Float64Array.from({ length: size }, (_, c) => Math.sqrt(squaredColumn(a, c, null))),
  );
  /** |u_c| when it was last computed, and how far the v's had travelled by then. */
  const known = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
  const milestones = new Float64Array(size);
  const last = lazy(() => a.kernels.array(n));
  const looked = new Int32Array(size);
  const products = new Float64Array(size);
  const u = new Float64Array(size);
  let travelled = 0;
  let longest = 0;
  const isBelow = (c: number, length: number, rounding: number): boolean => {
    const way = travelled - milestones[c]! + rounding;
    return known[c]! + (1 + 8 * n * Number.EPSILON) * ((length * way) / n) <= limit;
  };
  return (v, x) => {
    longest = Math.max(longest, Math.sqrt(a.kernels.squaredNorm(v, 0, n)));
    travelled += Math.sqrt(a.kernels.moveTo(last(), v, n)) + vanishing;
    if (!Number.isFinite(travelled + longest)) {
      known.fill(Number.POSITIVE_INFINITY);
      travelled = 0;
      longest = 0;
    }
    // Two computed products, each off by at most n ulps of ‖A_c‖ ‖v‖, and the sum of the way.
    const rounding = 4 * Number.EPSILON * (n * longest + travelled);
    const lengths = norms();
    let count = 0;
    for (let c = offset; c < size; c++)
      if (x[c] !== 0 || !isBelow(c, lengths[c]!, rounding)) looked[count++] = c;
    if (count * n > pollWork && approximate(a, v, products)) {
      const reach = reachOf(a.kernels.products!, a, v, 0);
      const least = leastOf(a.kernels.products!, a, v, 0);
      const asked = count;
      count = 0;
      for (let l = 0; l < asked; l++) {
        const c = looked[l]!;
        known[c] = (Math.abs(products[c - offset]!) + reach * lengths[c]! + least) / n;
        milestones[c] = travelled;
        if (x[c] !== 0 || !isBelow(c, lengths[c]!, rounding)) looked[count++] = c;
      }
    }
    a.known.dots(looked, count, v, 0, products);
    u.fill(0);
    for (let l = 0; l < count; l++) {
      const c = looked[l]!;
      u[c] = products[l]! / n;
      known[c] = Math.abs(u[c]!);
      milestones[c] = travelled;
    }
    return u;
  };
}

/** out ≈ Xᵀv by a device, where one can be asked. */
function approximate(a: Design, v: Float64Array, out: Float64Array): boolean {
  const { products } = a.kernels;
  if (!askable(products)) return false;
  try {
    return products.transposed(v, 0, out);
  } catch (error) {
    if (error instanceof Lost) return false;
    throw error;
  }
}

/** y − ȳ where there is an intercept, else y: the residual at β = 0 with the intercept fitted. */
export function squaredLossAtZero(a: Design, y: Float64Array): Float64Array {
  if (a.offset === 0) return y;
  const mean = a.kernels.sum(y, 0, a.n) / a.n;
  return y.map(value => value - mean);
}

/**
 * ‖v‖²/(2n), F at β = 0 with the intercept fitted, v the residual there. Where this is only the rounding of a constant y,
 * returns ε times F without the intercept, because a relative gap needs a positive reference.
 */
export function nullObjective(a: Design, y: Float64Array, v: Float64Array): number {
  const F = a.kernels.squaredNorm(v, 0, a.n) / (2 * a.n);
  const without = a.kernels.squaredNorm(y, 0, a.n) / (2 * a.n);
  return F <= (16 * Number.EPSILON) ** 2 * without ? Number.EPSILON * without : F;
}

/** max_j |X_jᵀ v|/n: the smallest λ whose lasso solution is zero, v the residual there. */
export function largestCorrelation(a: Design, v: Float64Array): number {
  return a.kernels.maxAbs(correlations(a, v), a.offset, a.size - a.offset);
}

/** max_g ‖X_gᵀ v‖/(n w_g): the same for the group lasso with weights w, one a block. */
export function largestGroupCorrelation(a: Design, v: Float64Array, weights: Float64Array): number {
  const u = correlations(a, v);
  let largest = 0;
  for (const { index, start, size } of a.blocks) {
    if (start < a.offset) continue;
    largest = Math.max(largest, euclideanNorm(u, start, size) / weights[index]!);
  }
  return largest;
}
