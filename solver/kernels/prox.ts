/*
 * Proximal operators, prox_{t r}(u) = argmin_v r(v) + ‖v − u‖²/(2t). Vectors are array, first index and length; `u` and
 * `out` may be the same entries.
 */

/** sign(u) max(|u| − t, 0): the prox of t|·|. NaN stays NaN. */
export function softThreshold(u: number, t: number): number {
  if (u > t) return u - t;
  if (u < -t) return u + t;
  return Number.isNaN(u) ? u : 0;
}

/** out_i = ST(u_i, t l1)/(1 + t l2): the prox of t(l1‖·‖₁ + l2/2 ‖·‖²) over n entries. */
export function elasticNetProx(
  u: Float64Array,
  uStart: number,
  t: number,
  l1: number,
  l2: number,
  out: Float64Array,
  outStart: number,
  n: number,
): void {
  const threshold = t * l1;
  const shrink = 1 + t * l2;
  for (let i = 0; i < n; i++) {
    out[outStart + i] = softThreshold(u[uStart + i]!, threshold) / shrink;
  }
}

/** out = max(1 − t/‖u‖₂, 0) u: the prox of t‖·‖₂ over n entries. */
export function blockSoftThreshold(
  u: Float64Array,
  uStart: number,
  t: number,
  out: Float64Array,
  outStart: number,
  n: number,
): void {
  const norm = euclideanNorm(u, uStart, n);
  const factor = norm > t ? 1 - t / norm : Number.isNaN(norm) ? norm : 0;
  for (let i = 0; i < n; i++) {
    out[outStart + i] = factor === 0 ? 0 : factor * u[uStart + i]!;
  }
}

/** ‖u‖₂ over n entries, scaled by the largest so that squares neither overflow nor vanish. */
export function euclideanNorm(u: Float64Array, start: number, n: number): number {
  if (n === 1) return Math.abs(u[start]!);
  let largest = 0;
  for (let i = start; i < start + n; i++) {
    const size = Math.abs(u[i]!);
    if (size > largest) largest = size;
    else if (Number.isNaN(size)) return size;
  }
  if (largest === 0 || largest === Number.POSITIVE_INFINITY) return largest;
  let s = 0;
  for (let i = start; i < start + n; i++) {
    const scaled = u[i]! / largest;
    s += scaled * scaled;
  }
  return largest * Math.sqrt(s);
}
