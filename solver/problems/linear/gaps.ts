import { type Block, type Cache, lazy } from '../../core/problem.ts';
import { RENEWAL } from '../../kernels/columns.ts';
import { log, logLoss, sigmoid } from '../../kernels/logistic.ts';
import { euclideanNorm, softThreshold } from '../../kernels/prox.ts';
import {
  type Correlations,
  coordinatesOf,
  correlations,
  listed,
  screenedCorrelations,
} from './correlations.ts';
import type { Design } from './design.ts';

/*
 * Duality gaps P(x) − D(θ) ≥ F(x) − F*, each a sum of terms ≥ 0. r = y − Ax; r̄ its mean and r_c = r − r̄ where there is an
 * intercept, because a dual point must then sum to 0; else r̄ = 0. u_j = X_jᵀ r_c/n. A term that rounding makes negative
 * counts as 0. Source: methods.md, "Gaps"; Massias, Gramfort & Salmon 2018 for the scaled dual point.
 */

/** A gap at x; `among`: of the problem restricted to these blocks, the others held where they are. Null: of all. */
type Gap = (cache: Cache, x: Float64Array, among: readonly Block[] | null) => number;

interface Dual {
  /** r̄²/2, the intercept's part of the gap. */
  readonly mean: number;
  /** Its first n numbers. */
  readonly rc: Float64Array;
  readonly u: Float64Array;
}

/** Gap of 1/(2n)‖r‖² + l1‖β‖₁ + l2/2 ‖β‖²; l1 + l2 > 0. The smaller of the scaled and, for l2 > 0, the unscaled gap. */
export function elasticNetGap(a: Design, l1: number, l2: number): Gap {
  // A coordinate with x_j = 0 and |u_j| ≤ l1 adds nothing, whatever its u_j.
  const screened = screenedCorrelations(a, l1);
  const residual = lazy(() => a.kernels.array(a.n));
  const coordinates = coordinatesOf(a);
  return (cache, x, among) => {
    const list = coordinates(among);
    const correlate = among ? listed(a, list) : screened;
    const { mean, rc, u } = dualPoint(a, cache, x, correlate, residual);
    let largest = 0;
    for (let l = 0; l < list.length; l++) {
      const c = list[l]!;
      const v = Math.abs(u[c]! - l2 * x[c]!);
      if (!(v <= largest)) largest = v;
    }
    const s = largest > l1 ? l1 / largest : 1;
    let scaled = 0;
    let squares = 0;
    for (let l = 0; l < list.length; l++) {
      const c = list[l]!;
      const b = x[c]!;
      scaled += atLeastZero(l1 * Math.abs(b) - b * (s * (u[c]! - l2 * b)));
      squares += b * b;
    }
    const short = (1 - s) * (1 - s);
    scaled += short * (a.kernels.squaredNorm(rc, 0, a.n) / (2 * a.n) + (l2 * squares) / 2);
    if (l2 === 0) return mean + scaled;
    return mean + Math.min(scaled, elasticNetTerms(list, u, x, l1, l2));
  };
}

/** Σ_j l1|β_j| + l2 β_j²/2 + max(|u_j| − l1, 0)²/(2 l2) − β_j u_j, l2 > 0, as two terms ≥ 0 for each j. */
export function elasticNetTerms(
  list: Int32Array,
  u: Float64Array,
  x: Float64Array,
  l1: number,
  l2: number,
): number {
  let total = 0;
  for (let l = 0; l < list.length; l++) {
    const c = list[l]!;
    const b = x[c]!;
    const over = softThreshold(u[c]!, l1);
    const clipped = over === 0 ? u[c]! : u[c]! > 0 ? l1 : -l1;
    const apart = b - over / l2;
    total += atLeastZero(l1 * Math.abs(b) - b * clipped) + (l2 / 2) * apart * apart;
  }
  return total;
}

/** Gap of 1/(2n)‖r‖² + Σ_b strengths[b] ‖β_b‖₂, strengths > 0 but for the intercept's. */
export function groupGap(a: Design, strengths: Float64Array): Gap {
  const residual = lazy(() => a.kernels.array(a.n));
  const coordinates = coordinatesOf(a);
  return (cache, x, among) => {
    const correlate = among
      ? listed(a, coordinates(among))
      : (v: Float64Array) => correlations(a, v);
    const { mean, rc, u } = dualPoint(a, cache, x, correlate, residual);
    const blocks = among ?? a.blocks;
    let s = 1;
    for (const { index, start, size } of blocks) {
      if (start < a.offset) continue;
      const norm = euclideanNorm(u, start, size);
      if (!(norm * s <= strengths[index]!)) s = strengths[index]! / norm;
    }
    let total = mean + (1 - s) * (1 - s) * (a.kernels.squaredNorm(rc, 0, a.n) / (2 * a.n));
    for (const { index, start, size } of blocks) {
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
  // ‖r‖² of a sparse A also has the rounding of the moves since it was computed afresh.
  const moves = a.X.kind === 'sparse' ? RENEWAL.moves : 0;
  const unit = 8 * Math.sqrt(a.n + a.size + moves) * Number.EPSILON;
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
  centred: () => Float64Array,
): Dual {
  if (a.offset === 0) return { mean: 0, rc: cache, u: correlate(cache, x) };
  const rc = centred();
  rc.set(cache.subarray(0, a.n));
  const average = a.kernels.sum(rc, 0, a.n) / a.n;
  a.kernels.addScalar(-average, rc, 0, a.n);
  return { mean: (average * average) / 2, rc, u: correlate(rc, x) };
}

/**
 * Gap of mean log(1 + exp(−t_i)) + l1‖β‖₁ + l2/2 ‖β‖², t = y z, z = Ax; l1 + l2 > 0. The dual point is a_i = s q_i with
 * q_i = 1/(1 + exp(y_i(z_i + c))); the shift c makes Σ y_i q_i = 0, which a free intercept asks of a dual point (c = 0
 * without one); s ≤ 1 makes |u|_∞ ≤ l1, u = Xᵀ(y a)/n, and is 1 for l2 > 0. The loss's part, mean(log(1 + e^{−t}) + h(a) + t a),
 * h(a) = a log a + (1 − a) log(1 − a), is the mean Kullback–Leibler divergence of (a, 1 − a) from (σ(−t), σ(t)), and is
 * computed as such: no term cancels.
 */
export function logisticGap(a: Design, y: Float64Array, l1: number, l2: number): Gap {
  const { n } = a;
  // A coordinate with x_j = 0 and |u_j| ≤ l1 adds nothing, whatever its u_j.
  const screened = screenedCorrelations(a, l1);
  const dual = lazy(() => a.kernels.array(n));
  const coordinates = coordinatesOf(a);
  return (cache, x, among) => {
    const list = coordinates(among);
    const c = a.offset === 1 ? balancingShift(cache, y, n, a.poll) : 0;
    const yq = dual();
    for (let i = 0; i < n; i++) yq[i] = y[i]! * sigmoid(-y[i]! * (cache[i]! + c));
    const u = (among ? listed(a, list) : screened)(yq, x);
    const largest = a.kernels.maxAbs(u, a.offset, a.size - a.offset);
    const s = l2 > 0 || largest <= l1 ? 1 : l1 / largest;
    let loss = 0;
    for (let i = 0; i < n; i++) {
      const t = y[i]! * cache[i]!;
      loss += divergence(t, t + y[i]! * c, s);
    }
    if (l2 > 0) return loss / n + elasticNetTerms(list, u, x, l1, l2);
    let total = loss / n;
    for (let l = 0; l < list.length; l++) {
      const j = list[l]!;
      total += atLeastZero(l1 * Math.abs(x[j]!) - s * x[j]! * u[j]!);
    }
    return total;
  };
}

/**
 * KL((a, 1 − a) ‖ (b, 1 − b)) for a = s σ(−shifted), b = σ(−t), as two terms ≥ 0: a φ((b − a)/a) + (1 − a) φ((a − b)/(1 − a))
 * with φ(x) = x − log(1 + x).
 */
function divergence(t: number, shifted: number, s: number): number {
  const b = sigmoid(-t);
  const bRest = sigmoid(t);
  const q = sigmoid(-shifted);
  const a = s * q;
  const aRest = sigmoid(shifted) + (1 - s) * q;
  // Of the two differences the one between small numbers is the exact one.
  const apart = b < bRest ? b - a : aRest - bRest;
  return excess(a, apart, -logLoss(-t)) + excess(aRest, -apart, -logLoss(t));
}

/** a φ(apart/a) = apart − a log(b/a) for b = a + apart, log b given because b may vanish beside a. */
function excess(a: number, apart: number, logB: number): number {
  if (Math.abs(apart) > 0.05 * a) return a === 0 ? apart : apart - a * (logB - log(a));
  // φ(x) = x²/2 − x³/3 + …: fourteen terms reach 1e-17 of the first at 0.05.
  const x = a === 0 ? 0 : apart / a;
  let sum = 0;
  for (let k = 15; k >= 2; k--) sum = (k % 2 === 0 ? 1 : -1) / k + sum * x;
  return a * sum * x * x;
}

/** The c with Σ y_i/(1 + exp(y_i(z_i + c))) = 0, by Newton steps kept in a bracket. Both labels must occur. */
function balancingShift(cache: Cache, y: Float64Array, n: number, poll: () => void): number {
  let low = Number.NEGATIVE_INFINITY;
  let high = Number.POSITIVE_INFINITY;
  let c = 0;
  for (let iteration = 0; iteration < 100; iteration++) {
    let slope = 0;
    let balance = 0;
    for (let i = 0; i < n; i++) {
      const t = y[i]! * (cache[i]! + c);
      const q = sigmoid(-t);
      balance += y[i]! * q;
      slope += q * sigmoid(t);
    }
    poll();
    // The balance falls as c grows.
    if (balance > 0) low = c;
    else if (balance < 0) high = c;
    else return c;
    let next = c + balance / slope;
    if (!(next > low && next < high)) next = between(low, high, c);
    if (Math.abs(next - c) <= 1e-16 * (1 + Math.abs(c))) return next;
    c = next;
  }
  return c;
}

/** A point inside the bracket; far out where one end is open. */
function between(low: number, high: number, c: number): number {
  if (low === Number.NEGATIVE_INFINITY) return c - 2 * (1 + Math.abs(c));
  if (high === Number.POSITIVE_INFINITY) return c + 2 * (1 + Math.abs(c));
  return (low + high) / 2;
}
