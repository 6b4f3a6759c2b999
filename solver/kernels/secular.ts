import type { Eigen } from './eigen.ts';
import { euclideanNorm } from './prox.ts';

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
