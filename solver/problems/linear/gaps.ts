import { lazy } from '../../core/memo.ts';
import type { Block, Cache } from '../../core/problem.ts';
import { euclideanNorm, softThreshold } from '../../kernels/prox.ts';
import { type Correlations, correlations, screenedCorrelations } from './correlations.ts';
import type { Design } from './design.ts';

/*
 * Duality gaps P(x) − D(θ) ≥ F(x) − F*, each a sum of terms ≥ 0. r = y − Ax; r̄ its mean and r_c = r − r̄ where there is an
 * intercept, because a dual point must then sum to 0; else r̄ = 0. u_j = X_jᵀ r_c/n. A term that rounding makes negative
 * counts as 0. Source: methods.md, "Gaps"; Massias, Gramfort & Salmon 2018 for the scaled dual point.
 */

interface Dual {
  /** r̄²/2, the intercept's part of the gap. */
  readonly mean: number;
  readonly rc: Float64Array;
  readonly u: Float64Array;
}

/** Gap of 1/(2n)‖r‖² + l1‖β‖₁ + l2/2 ‖β‖²; l1 + l2 > 0. The smaller of the scaled and, for l2 > 0, the unscaled gap. */
export function elasticNetGap(
  a: Design,
  l1: number,
  l2: number,
): (cache: Cache, x: Float64Array) => number {
  // A coordinate with x_j = 0 and |u_j| ≤ l1 adds nothing, whatever its u_j.
  const screened = screenedCorrelations(a, l1);
  const residual = lazy(() => a.kernels.array(a.n));
  return (cache, x) => {
    const { mean, rc, u } = dualPoint(a, cache, x, screened, residual());
    let largest = 0;
    for (let c = a.offset; c < a.size; c++) {
      const v = Math.abs(u[c]! - l2 * x[c]!);
      if (!(v <= largest)) largest = v;
    }
    const s = largest > l1 ? l1 / largest : 1;
    let scaled = 0;
    let squares = 0;
    for (let c = a.offset; c < a.size; c++) {
      const b = x[c]!;
      scaled += atLeastZero(l1 * Math.abs(b) - b * (s * (u[c]! - l2 * b)));
      squares += b * b;
    }
    const short = (1 - s) * (1 - s);
    scaled += short * (a.kernels.squaredNorm(rc, 0, a.n) / (2 * a.n) + (l2 * squares) / 2);
    if (l2 === 0) return mean + scaled;
    return mean + Math.min(scaled, elasticNetTerms(a, u, x, l1, l2));
  };
}

/** Σ_j l1|β_j| + l2 β_j²/2 + max(|u_j| − l1, 0)²/(2 l2) − β_j u_j, l2 > 0, as two terms ≥ 0 for each j. */
export function elasticNetTerms(
  a: Design,
  u: Float64Array,
  x: Float64Array,
  l1: number,
  l2: number,
): number {
  let total = 0;
  for (let c = a.offset; c < a.size; c++) {
    const b = x[c]!;
    const over = softThreshold(u[c]!, l1);
    const clipped = over === 0 ? u[c]! : u[c]! > 0 ? l1 : -l1;
    const apart = b - over / l2;
    total += atLeastZero(l1 * Math.abs(b) - b * clipped) + (l2 / 2) * apart * apart;
  }
  return total;
}

/** Gap of 1/(2n)‖r‖² + Σ_b strengths[b] ‖β_b‖₂, strengths > 0 but for the intercept's. */
export function groupGap(
  a: Design,
  strengths: Float64Array,
): (cache: Cache, x: Float64Array) => number {
  const residual = lazy(() => a.kernels.array(a.n));
  return (cache, x) => {
    const { mean, rc, u } = dualPoint(a, cache, x, v => correlations(a, v), residual());
    let s = 1;
    for (const { index, start, size } of a.blocks) {
      if (start < a.offset) continue;
      const norm = euclideanNorm(u, start, size);
      if (!(norm * s <= strengths[index]!)) s = strengths[index]! / norm;
    }
    let total = mean + (1 - s) * (1 - s) * (a.kernels.squaredNorm(rc, 0, a.n) / (2 * a.n));
    for (const { index, start, size } of a.blocks) {
      if (start < a.offset) continue;
      const norm = euclideanNorm(x, start, size);
      if (norm === 0) continue;
      let along = 0;
      for (let c = start; c < start + size; c++) along += x[c]! * u[c]!;
      total += atLeastZero(strengths[index]! * norm - s * along);
    }
    return total;
  };
}

/**
 * Bound on what rounding does to P − gap as a value of the dual. P and the gap are sums of f, of λ‖β‖ and of x_j u_j, whose
 * sizes are at most f, f and Σ_b reach_b‖x_b‖₁ · mean|w| each; and the dual point may violate ‖A_bᵀθ‖ ≤ λ_b by a fraction,
 * as much as u_b is off over λ_b, by which it would have to be shorter. Sums of N terms are off by more than 8√N ε of the
 * sum of their sizes with a probability below 10⁻¹³, were their rounding errors independent (Higham & Mary 2019). A cache
 * that is off by `drift` changes P − gap by drift · mean|w| at most, because any residual gives a dual point.
 */
export function dualRounding(
  a: Design,
  x: Float64Array,
  at: { readonly f: number; readonly weight: number; readonly drift: number },
  parts: {
    readonly reach: (block: Block) => number;
    readonly strength: (block: Block) => number;
  },
): number {
  const { f, weight, drift } = at;
  const unit = 8 * Math.sqrt(a.n + a.size) * Number.EPSILON;
  let along = 0;
  let penalty = 0;
  let short = 0;
  for (const block of a.blocks) {
    const reach = parts.reach(block);
    const strength = parts.strength(block);
    let length = 0;
    for (let c = block.start; c < block.start + block.size; c++) length += Math.abs(x[c]!);
    along += reach * length * weight;
    if (block.start < a.offset) continue;
    penalty += strength * length;
    if (strength > 0) short = Math.max(short, (unit * reach * weight) / strength);
  }
  return (unit + Math.min(1, short)) * (2 * f + 2 * penalty + along) + drift * weight;
}

/** NaN stays. */
export function atLeastZero(term: number): number {
  return term < 0 ? 0 : term;
}

function dualPoint(
  a: Design,
  cache: Cache,
  x: Float64Array,
  correlate: Correlations,
  rc: Float64Array,
): Dual {
  rc.set(cache.subarray(0, a.n));
  let mean = 0;
  if (a.offset === 1) {
    const average = a.kernels.sum(rc, 0, a.n) / a.n;
    a.kernels.addScalar(-average, rc, 0, a.n);
    mean = (average * average) / 2;
  }
  return { mean, rc, u: correlate(rc, x) };
}
