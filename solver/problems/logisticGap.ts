import type { Cache } from '../core/problem.ts';
import { sigmoid } from '../kernels/logistic.ts';
import { log1p } from '../kernels/transcendental.ts';
import { maxAbs } from '../kernels/vector.ts';
import type { Design } from './design.ts';
import { atLeastZero, correlations, elasticNetTerms } from './gaps.ts';

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
  return (cache, x) => {
    const c = a.offset === 1 ? balancingShift(cache, y, n, a.poll) : 0;
    const yq = new Float64Array(n);
    for (let i = 0; i < n; i++) yq[i] = y[i]! * sigmoid(-y[i]! * (cache[i]! + c));
    const u = correlations(a, yq);
    const largest = maxAbs(u, a.offset, a.size - a.offset);
    const s = l2 > 0 || largest <= l1 ? 1 : l1 / largest;
    let loss = 0;
    for (let i = 0; i < n; i++) {
      const t = y[i]! * cache[i]!;
      loss += divergence(sigmoid(-t), sigmoid(t), t + y[i]! * c, s);
    }
    if (l2 > 0) return loss / n + elasticNetTerms(a, u, x, l1, l2);
    let total = loss / n;
    for (let j = a.offset; j < a.size; j++) {
      total += atLeastZero(l1 * Math.abs(x[j]!) - s * x[j]! * u[j]!);
    }
    return total;
  };
}

/** KL((a, 1 − a) ‖ (b, 1 − b)) for a = s σ(−shifted), 1 − b given as `rest`: a φ((b − a)/a) + (1 − a) φ((a − b)/(1 − a)). */
function divergence(b: number, rest: number, shifted: number, s: number): number {
  const q = sigmoid(-shifted);
  const a = s * q;
  const aRest = sigmoid(shifted) + (1 - s) * q;
  // Of the two differences the one between small numbers is the exact one.
  const apart = b < rest ? b - a : aRest - rest;
  const first = a === 0 ? b : a * excess(apart / a);
  const second = aRest === 0 ? rest : aRest * excess(-apart / aRest);
  return first + second;
}

/** φ(x) = x − log(1 + x) ≥ 0, without cancellation near 0. */
function excess(x: number): number {
  if (Math.abs(x) > 0.05) return x - log1p(x);
  // x²/2 − x³/3 + …: fourteen terms reach 1e-17 of the first at 0.05.
  let s = 0;
  for (let k = 15; k >= 2; k--) s = (k % 2 === 0 ? 1 : -1) / k + s * x;
  return s * x * x;
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
