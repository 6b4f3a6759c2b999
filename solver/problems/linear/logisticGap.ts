import { lazy } from '../../core/memo.ts';
import type { Cache } from '../../core/problem.ts';
import { log, logLoss, sigmoid } from '../../kernels/logistic.ts';
import { maxAbs } from '../../kernels/vector.ts';
import { screenedCorrelations } from './correlations.ts';
import type { Design } from './design.ts';
import { atLeastZero, elasticNetTerms } from './gaps.ts';

/**
 * Gap of mean log(1 + exp(−t_i)) + l1‖β‖₁ + l2/2 ‖β‖², t = y z, z = Ax; l1 + l2 > 0. The dual point is a_i = s q_i with
 * q_i = 1/(1 + exp(y_i(z_i + c))); the shift c makes Σ y_i q_i = 0, which a free intercept asks of a dual point (c = 0
 * without one); s ≤ 1 makes |u|_∞ ≤ l1, u = Xᵀ(y a)/n, and is 1 for l2 > 0. The loss's part, mean(log(1 + e^{−t}) + h(a) + t a),
 * h(a) = a log a + (1 − a) log(1 − a), is the mean Kullback–Leibler divergence of (a, 1 − a) from (σ(−t), σ(t)), and is
 * computed as such: no term cancels.
 */
export function logisticGap(
  a: Design,
  y: Float64Array,
  l1: number,
  l2: number,
): (cache: Cache, x: Float64Array) => number {
  const { n } = a;
  // A coordinate with x_j = 0 and |u_j| ≤ l1 adds nothing, whatever its u_j.
  const screened = screenedCorrelations(a, l1);
  const dual = lazy(() => a.kernels.array(n));
  return (cache, x) => {
    const c = a.offset === 1 ? balancingShift(cache, y, n, a.poll) : 0;
    const yq = dual();
    for (let i = 0; i < n; i++) yq[i] = y[i]! * sigmoid(-y[i]! * (cache[i]! + c));
    const u = screened(yq, x);
    const largest = maxAbs(u, a.offset, a.size - a.offset);
    const s = l2 > 0 || largest <= l1 ? 1 : l1 / largest;
    let loss = 0;
    for (let i = 0; i < n; i++) {
      const t = y[i]! * cache[i]!;
      loss += divergence(t, t + y[i]! * c, s);
    }
    if (l2 > 0) return loss / n + elasticNetTerms(a, u, x, l1, l2);
    let total = loss / n;
    for (let j = a.offset; j < a.size; j++) {
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
