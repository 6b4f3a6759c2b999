import type { Eigen } from './eigen.ts';
import { euclideanNorm, softThreshold } from './prox.ts';
import { cholesky, choleskySolve } from './symmetricSolve.ts';

/** Sweeps after which the inner descent gives up; the support settles long before that unless H is nearly singular. */
const maximumSweeps = 100_000;

/**
 * out = argmin_v ½vᵀHv − qᵀv + l1‖v‖₁, H (d, d) PSD and row-major. Cyclic coordinate descent from `start`; once the signs
 * no longer change, the equations H_SS v_S = q_S − l1 sign(v_S) on the support S are solved directly, and accepted when
 * signs and optimality off S agree. Without such an ending the descent stops when no coordinate moves by 1e-15 of the
 * largest.
 */
export function lassoQuadratic(
  H: Float64Array,
  q: Float64Array,
  l1: number,
  start: Float64Array,
  out: Float64Array,
  poll: () => void = () => {},
): void {
  const d = q.length;
  const v = start.slice();
  const residual = new Float64Array(d);
  refreshResidual(H, q, v, residual);
  for (let sweep = 1; sweep <= maximumSweeps; sweep++) {
    let moved = 0;
    let largest = 0;
    let signsChanged = false;
    for (let k = 0; k < d; k++) {
      const curvature = H[k * d + k]!;
      const old = v[k]!;
      const next =
        curvature > 0 ? softThreshold(curvature * old + residual[k]!, l1) / curvature : 0;
      if (Math.sign(next) !== Math.sign(old)) signsChanged = true;
      const change = next - old;
      if (change !== 0) {
        v[k] = next;
        for (let l = 0; l < d; l++) residual[l] = residual[l]! - change * H[l * d + k]!;
      }
      moved = Math.max(moved, Math.abs(change));
      largest = Math.max(largest, Math.abs(next));
    }
    poll();
    const still = !(moved > 1e-15 * largest);
    // Growing intervals keep the direct solves a small part of the work.
    const due = (sweep & (sweep - 1)) === 0 || sweep % 256 === 0;
    if (still || (due && !signsChanged)) {
      if (solveOnSupport(H, q, l1, v, residual, poll)) break;
      refreshResidual(H, q, v, residual);
    }
    if (still) break;
  }
  out.set(v);
}

/** Replaces v by the solution on its support where that is optimal; says whether it did. `residual` is scratch. */
function solveOnSupport(
  H: Float64Array,
  q: Float64Array,
  l1: number,
  v: Float64Array,
  residual: Float64Array,
  poll: () => void,
): boolean {
  const d = q.length;
  const support: number[] = [];
  for (let k = 0; k < d; k++) if (v[k] !== 0) support.push(k);
  const m = support.length;
  const A = new Float64Array(m * m);
  const b = new Float64Array(m);
  for (let i = 0; i < m; i++) {
    const row = support[i]!;
    b[i] = q[row]! - l1 * Math.sign(v[row]!);
    for (let j = 0; j < m; j++) A[i * m + j] = H[row * d + support[j]!]!;
  }
  const factor = cholesky(A, m, poll);
  if (factor === null || factor.rank < m) return false;
  choleskySolve(factor, b, new Float64Array(m));
  for (let i = 0; i < m; i++) {
    if (Math.sign(b[i]!) !== Math.sign(v[support[i]!]!)) return false;
  }
  const candidate = new Float64Array(d);
  for (let i = 0; i < m; i++) candidate[support[i]!] = b[i]!;
  refreshResidual(H, q, candidate, residual);
  for (let k = 0; k < d; k++) {
    // The solve itself leaves a residual of a few ulp of q.
    if (candidate[k] === 0 && !(Math.abs(residual[k]!) <= l1 + 1e-14 * Math.abs(q[k]!))) {
      return false;
    }
  }
  v.set(candidate);
  return true;
}

/** residual = q − H v. */
function refreshResidual(
  H: Float64Array,
  q: Float64Array,
  v: Float64Array,
  residual: Float64Array,
): void {
  const d = q.length;
  for (let k = 0; k < d; k++) {
    let s = 0;
    for (let l = 0; l < d; l++) s += H[k * d + l]! * v[l]!;
    residual[k] = q[k]! - s;
  }
}

/**
 * out = argmin_v ½vᵀHv − qᵀv + s‖v‖₂ over d entries, H = Σ h_k v_k v_kᵀ PSD, s > 0. It is 0 for ‖q‖ ≤ s; else
 * (H + μI)⁻¹q where μ > 0 solves the secular equation ‖μ(H + μI)⁻¹q‖ = s, whose left side rises from 0 to ‖q‖.
 * `out` and `q` may be the same.
 */
export function groupQuadratic(
  { values, vectors }: Eigen,
  q: Float64Array,
  s: number,
  d: number,
  out: Float64Array,
): void {
  if (euclideanNorm(q, 0, d) <= s) {
    out.fill(0, 0, d);
    return;
  }
  const rotated = new Float64Array(d);
  for (let k = 0; k < d; k++) {
    let along = 0;
    for (let l = 0; l < d; l++) along += vectors[k * d + l]! * q[l]!;
    rotated[k] = along;
  }
  const mu = secularRoot(values, rotated, s);
  out.fill(0, 0, d);
  for (let k = 0; k < d; k++) {
    const along = rotated[k]! / (Math.max(values[k]!, 0) + mu);
    for (let l = 0; l < d; l++) out[l] = out[l]! + along * vectors[k * d + l]!;
  }
}

/** The μ with Σ_k (μ p_k/(h_k + μ))² = s², 0 < s < ‖p‖, by Newton steps in log μ, halved when they leave the bracket. */
function secularRoot(h: Float64Array, p: Float64Array, s: number): number {
  // With every h_k at the largest the root would be this; smaller h_k only bring it down.
  let high = (s * Math.max(h[h.length - 1]!, 0)) / (euclideanNorm(p, 0, p.length) - s);
  let low = 0;
  let mu = high;
  for (let iteration = 0; iteration < 200 && mu > 0; iteration++) {
    let squares = 0;
    let slope = 0;
    for (let k = 0; k < h.length; k++) {
      const curvature = Math.max(h[k]!, 0);
      const term = (mu / (curvature + mu)) * p[k]!;
      squares += term * term;
      slope += (term * term * curvature) / (curvature + mu);
    }
    const value = Math.sqrt(squares);
    if (value === s) return mu;
    if (value > s) high = mu;
    else low = mu;
    // d log value/d log μ = slope/value².
    const step = mu * (s / value) ** (squares / slope);
    const next = step > low && step < high ? step : low > 0 ? Math.sqrt(low * high) : high / 16;
    if (Math.abs(next - mu) <= 2e-16 * mu) return next;
    mu = next;
  }
  return mu;
}
