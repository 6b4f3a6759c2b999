/*
 * The reduction order of every sum in this folder: four lanes, lane l takes the terms i ≡ l (mod 4) of the first
 * 4⌊n/4⌋ terms in ascending order; the result is (s0 + s2) + (s1 + s3), then the remaining terms one by one. Two f64x2
 * registers add up in this order too. No fused multiply-add. Vectors are given as array, first index and length, so
 * that nothing is allocated.
 */

/** Σ a_i b_i over n entries, from a[aStart] and b[bStart]. */
export function dot(
  a: Float64Array,
  aStart: number,
  b: Float64Array,
  bStart: number,
  n: number,
): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  const whole = n - (n % 4);
  let i = 0;
  for (; i < whole; i += 4) {
    const p = aStart + i;
    const q = bStart + i;
    s0 += a[p]! * b[q]!;
    s1 += a[p + 1]! * b[q + 1]!;
    s2 += a[p + 2]! * b[q + 2]!;
    s3 += a[p + 3]! * b[q + 3]!;
  }
  let s = s0 + s2 + (s1 + s3);
  for (; i < n; i++) s += a[aStart + i]! * b[bStart + i]!;
  return s;
}

/** out[0], out[1] = `dot` of a from aStart and of a from aStart2 with b, to the bit; b is read once. */
export function dot2(
  a: Float64Array,
  aStart: number,
  aStart2: number,
  b: Float64Array,
  bStart: number,
  n: number,
  out: Float64Array,
): void {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let t0 = 0;
  let t1 = 0;
  let t2 = 0;
  let t3 = 0;
  const whole = n - (n % 4);
  let i = 0;
  for (; i < whole; i += 4) {
    const p = aStart + i;
    const r = aStart2 + i;
    const q = bStart + i;
    const b0 = b[q]!;
    const b1 = b[q + 1]!;
    const b2 = b[q + 2]!;
    const b3 = b[q + 3]!;
    s0 += a[p]! * b0;
    t0 += a[r]! * b0;
    s1 += a[p + 1]! * b1;
    t1 += a[r + 1]! * b1;
    s2 += a[p + 2]! * b2;
    t2 += a[r + 2]! * b2;
    s3 += a[p + 3]! * b3;
    t3 += a[r + 3]! * b3;
  }
  let s = s0 + s2 + (s1 + s3);
  let t = t0 + t2 + (t1 + t3);
  for (; i < n; i++) {
    s += a[aStart + i]! * b[bStart + i]!;
    t += a[aStart2 + i]! * b[bStart + i]!;
  }
  out[0] = s;
  out[1] = t;
}

/** Σ a_i w_i b_i over n entries; each product is (a_i w_i) b_i. */
export function weightedDot(
  a: Float64Array,
  aStart: number,
  w: Float64Array,
  wStart: number,
  b: Float64Array,
  bStart: number,
  n: number,
): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  const whole = n - (n % 4);
  let i = 0;
  for (; i < whole; i += 4) {
    const p = aStart + i;
    const q = wStart + i;
    const r = bStart + i;
    s0 += a[p]! * w[q]! * b[r]!;
    s1 += a[p + 1]! * w[q + 1]! * b[r + 1]!;
    s2 += a[p + 2]! * w[q + 2]! * b[r + 2]!;
    s3 += a[p + 3]! * w[q + 3]! * b[r + 3]!;
  }
  let s = s0 + s2 + (s1 + s3);
  for (; i < n; i++) s += a[aStart + i]! * w[wStart + i]! * b[bStart + i]!;
  return s;
}

/** Σ a_i over n entries from a[start]. */
export function sum(a: Float64Array, start: number, n: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  const whole = n - (n % 4);
  let i = 0;
  for (; i < whole; i += 4) {
    const p = start + i;
    s0 += a[p]!;
    s1 += a[p + 1]!;
    s2 += a[p + 2]!;
    s3 += a[p + 3]!;
  }
  let s = s0 + s2 + (s1 + s3);
  for (; i < n; i++) s += a[start + i]!;
  return s;
}

/** Σ a_i² over n entries from a[start]. */
export function squaredNorm(a: Float64Array, start: number, n: number): number {
  return dot(a, start, a, start, n);
}

/**
 * y ← y + c x over n entries, from x[xStart] and y[yStart]; each entry is rounded twice (product, sum). Returns
 * `squaredNorm` of the new entries, to the bit, which costs next to nothing here.
 */
export function axpy(
  c: number,
  x: Float64Array,
  xStart: number,
  y: Float64Array,
  yStart: number,
  n: number,
): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  const whole = n - (n % 4);
  let i = 0;
  for (; i < whole; i += 4) {
    const p = xStart + i;
    const q = yStart + i;
    const y0 = y[q]! + c * x[p]!;
    const y1 = y[q + 1]! + c * x[p + 1]!;
    const y2 = y[q + 2]! + c * x[p + 2]!;
    const y3 = y[q + 3]! + c * x[p + 3]!;
    y[q] = y0;
    y[q + 1] = y1;
    y[q + 2] = y2;
    y[q + 3] = y3;
    s0 += y0 * y0;
    s1 += y1 * y1;
    s2 += y2 * y2;
    s3 += y3 * y3;
  }
  let s = s0 + s2 + (s1 + s3);
  for (; i < n; i++) {
    const value = y[yStart + i]! + c * x[xStart + i]!;
    y[yStart + i] = value;
    s += value * value;
  }
  return s;
}

/** y ← y + c over n entries from y[start], and their `squaredNorm`: `axpy` with a column of ones, to the bit. */
export function addScalar(c: number, y: Float64Array, start: number, n: number): number {
  for (let i = start; i < start + n; i++) y[i] = y[i]! + c;
  return squaredNorm(y, start, n);
}

/** a[0…n) ← b[0…n), and Σ (b_i − a_i)² of what they were apart. */
export function moveTo(a: Float64Array, b: Float64Array, n: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  const whole = n - (n % 4);
  let i = 0;
  for (; i < whole; i += 4) {
    const d0 = b[i]! - a[i]!;
    const d1 = b[i + 1]! - a[i + 1]!;
    const d2 = b[i + 2]! - a[i + 2]!;
    const d3 = b[i + 3]! - a[i + 3]!;
    s0 += d0 * d0;
    s1 += d1 * d1;
    s2 += d2 * d2;
    s3 += d3 * d3;
    a[i] = b[i]!;
    a[i + 1] = b[i + 1]!;
    a[i + 2] = b[i + 2]!;
    a[i + 3] = b[i + 3]!;
  }
  let s = s0 + s2 + (s1 + s3);
  for (; i < n; i++) {
    const d = b[i]! - a[i]!;
    s += d * d;
    a[i] = b[i]!;
  }
  return s;
}

/** max |a_i| over n entries from a[start]; 0 for n = 0, NaN when an entry is NaN. */
export function maxAbs(a: Float64Array, start: number, n: number): number {
  let largest = 0;
  for (let i = start; i < start + n; i++) {
    const size = Math.abs(a[i]!);
    if (!(size <= largest)) largest = size;
    if (Number.isNaN(size)) return size;
  }
  return largest;
}

/** y ← y + (c w) ⊙ x over n entries. */
export function weightedAxpy(
  c: number,
  w: Float64Array,
  wStart: number,
  x: Float64Array,
  xStart: number,
  y: Float64Array,
  n: number,
): void {
  for (let i = 0; i < n; i++) y[i] = y[i]! + c * w[wStart + i]! * x[xStart + i]!;
}
