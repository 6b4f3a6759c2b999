/*
 * The loops of vector.ts and columns.ts in float64 SIMD, to the same bits: the registers s01 and s23 hold the lanes 0, 1
 * and 2, 3 that vector.ts states. A vector is given by the byte address of its first entry; n counts entries, each of 8
 * bytes. No fused multiply-add, nothing is allocated, nothing is checked: callers pass addresses inside the memory.
 */

/** Bytes of the first 4⌊n/4⌋ entries. */
export function whole(n: i32): usize {
  return (<usize>(n & ~3)) << 3;
}

/** (s0 + s2) + (s1 + s3). */
export function lanes(s01: v128, s23: v128): f64 {
  const pair = f64x2.add(s01, s23);
  return f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1);
}

/** Σ a_i. */
export function sum(a: usize, n: i32): f64 {
  let s01 = f64x2.splat(0);
  let s23 = f64x2.splat(0);
  const end = a + whole(n);
  let p = a;
  for (; p < end; p += 32) {
    s01 = f64x2.add(s01, v128.load(p));
    s23 = f64x2.add(s23, v128.load(p, 16));
  }
  let s = lanes(s01, s23);
  const last = a + ((<usize>n) << 3);
  for (; p < last; p += 8) s += load<f64>(p);
  return s;
}

/** Σ a_i b_i. */
export function dot(a: usize, b: usize, n: i32): f64 {
  let s01 = f64x2.splat(0);
  let s23 = f64x2.splat(0);
  const toB = b - a;
  const end = a + whole(n);
  let p = a;
  for (; p < end; p += 32) {
    s01 = f64x2.add(s01, f64x2.mul(v128.load(p), v128.load(p + toB)));
    s23 = f64x2.add(s23, f64x2.mul(v128.load(p, 16), v128.load(p + toB, 16)));
  }
  let s = lanes(s01, s23);
  const last = a + ((<usize>n) << 3);
  for (; p < last; p += 8) s += load<f64>(p) * load<f64>(p + toB);
  return s;
}

/** Σ (a_i w_i) a_i. */
export function weightedSquares(a: usize, w: usize, n: i32): f64 {
  let s01 = f64x2.splat(0);
  let s23 = f64x2.splat(0);
  const toW = w - a;
  const end = a + whole(n);
  let p = a;
  for (; p < end; p += 32) {
    const a01 = v128.load(p);
    const a23 = v128.load(p, 16);
    s01 = f64x2.add(s01, f64x2.mul(f64x2.mul(a01, v128.load(p + toW)), a01));
    s23 = f64x2.add(s23, f64x2.mul(f64x2.mul(a23, v128.load(p + toW, 16)), a23));
  }
  let s = lanes(s01, s23);
  const last = a + ((<usize>n) << 3);
  for (; p < last; p += 8) s += load<f64>(p) * load<f64>(p + toW) * load<f64>(p);
  return s;
}

/** y ← y + c x; Σ y_i² of the new entries. */
export function axpy(c: f64, x: usize, y: usize, n: i32): f64 {
  let s01 = f64x2.splat(0);
  let s23 = f64x2.splat(0);
  const cc = f64x2.splat(c);
  const toY = y - x;
  const end = x + whole(n);
  let p = x;
  for (; p < end; p += 32) {
    const y01 = f64x2.add(v128.load(p + toY), f64x2.mul(cc, v128.load(p)));
    const y23 = f64x2.add(v128.load(p + toY, 16), f64x2.mul(cc, v128.load(p, 16)));
    v128.store(p + toY, y01);
    v128.store(p + toY, y23, 16);
    s01 = f64x2.add(s01, f64x2.mul(y01, y01));
    s23 = f64x2.add(s23, f64x2.mul(y23, y23));
  }
  let s = lanes(s01, s23);
  const last = x + ((<usize>n) << 3);
  for (; p < last; p += 8) {
    const value = load<f64>(p + toY) + c * load<f64>(p);
    store<f64>(p + toY, value);
    s += value * value;
  }
  return s;
}

/** y ← y + (c w) ⊙ x. */
export function weightedAxpy(c: f64, w: usize, x: usize, y: usize, n: i32): void {
  const cc = f64x2.splat(c);
  const toW = w - x;
  const toY = y - x;
  const end = x + whole(n);
  let p = x;
  for (; p < end; p += 32) {
    const a01 = f64x2.mul(f64x2.mul(cc, v128.load(p + toW)), v128.load(p));
    const a23 = f64x2.mul(f64x2.mul(cc, v128.load(p + toW, 16)), v128.load(p, 16));
    v128.store(p + toY, f64x2.add(v128.load(p + toY), a01));
    v128.store(p + toY, f64x2.add(v128.load(p + toY, 16), a23), 16);
  }
  const last = x + ((<usize>n) << 3);
  for (; p < last; p += 8)
    store<f64>(p + toY, load<f64>(p + toY) + c * load<f64>(p + toW) * load<f64>(p));
}

/** y ← y + c; Σ y_i² of the new entries. */
export function addScalar(c: f64, y: usize, n: i32): f64 {
  let s01 = f64x2.splat(0);
  let s23 = f64x2.splat(0);
  const cc = f64x2.splat(c);
  const end = y + whole(n);
  let p = y;
  for (; p < end; p += 32) {
    const y01 = f64x2.add(v128.load(p), cc);
    const y23 = f64x2.add(v128.load(p, 16), cc);
    v128.store(p, y01);
    v128.store(p, y23, 16);
    s01 = f64x2.add(s01, f64x2.mul(y01, y01));
    s23 = f64x2.add(s23, f64x2.mul(y23, y23));
  }
  let s = lanes(s01, s23);
  const last = y + ((<usize>n) << 3);
  for (; p < last; p += 8) {
    const value = load<f64>(p) + c;
    store<f64>(p, value);
    s += value * value;
  }
  return s;
}

/** a ← b, and Σ (b_i − a_i)² of what they were apart. */
export function moveTo(a: usize, b: usize, n: i32): f64 {
  let s01 = f64x2.splat(0);
  let s23 = f64x2.splat(0);
  const toB = b - a;
  const end = a + whole(n);
  let p = a;
  for (; p < end; p += 32) {
    const b01 = v128.load(p + toB);
    const b23 = v128.load(p + toB, 16);
    const d01 = f64x2.sub(b01, v128.load(p));
    const d23 = f64x2.sub(b23, v128.load(p, 16));
    v128.store(p, b01);
    v128.store(p, b23, 16);
    s01 = f64x2.add(s01, f64x2.mul(d01, d01));
    s23 = f64x2.add(s23, f64x2.mul(d23, d23));
  }
  let s = lanes(s01, s23);
  const last = a + ((<usize>n) << 3);
  for (; p < last; p += 8) {
    const d = load<f64>(p + toB) - load<f64>(p);
    store<f64>(p, load<f64>(p + toB));
    s += d * d;
  }
  return s;
}

/** Σ values_p v[rows_p] over n stored entries; rows are 32-bit integers. */
export function sparseDot(values: usize, rows: usize, v: usize, n: i32): f64 {
  let s0: f64 = 0;
  let s1: f64 = 0;
  let s2: f64 = 0;
  let s3: f64 = 0;
  const end = values + whole(n);
  let p = values;
  let r = rows;
  for (; p < end; p += 32, r += 16) {
    s0 += load<f64>(p) * load<f64>(v + ((<usize>load<i32>(r)) << 3));
    s1 += load<f64>(p, 8) * load<f64>(v + ((<usize>load<i32>(r, 4)) << 3));
    s2 += load<f64>(p, 16) * load<f64>(v + ((<usize>load<i32>(r, 8)) << 3));
    s3 += load<f64>(p, 24) * load<f64>(v + ((<usize>load<i32>(r, 12)) << 3));
  }
  let s = s0 + s2 + (s1 + s3);
  const last = values + ((<usize>n) << 3);
  for (; p < last; p += 8, r += 4) s += load<f64>(p) * load<f64>(v + ((<usize>load<i32>(r)) << 3));
  return s;
}

/** v[rows_p] ← v[rows_p] + c values_p over n stored entries, in their order. */
export function sparseAxpy(c: f64, values: usize, rows: usize, v: usize, n: i32): void {
  const last = values + ((<usize>n) << 3);
  let r = rows;
  for (let p = values; p < last; p += 8, r += 4) {
    const at = v + ((<usize>load<i32>(r)) << 3);
    store<f64>(at, load<f64>(at) + c * load<f64>(p));
  }
}

/** `columnMove` of columns.ts: v[rows_p] ← v[rows_p] + c values_p, and the two numbers behind the `length` entries of v. */
export function sparseMove(
  c: f64,
  values: usize,
  rows: usize,
  v: usize,
  n: i32,
  length: i32,
): void {
  const last = values + ((<usize>n) << 3);
  let r = rows;
  let change: f64 = 0;
  let size: f64 = 0;
  for (let p = values; p < last; p += 8, r += 4) {
    const at = v + ((<usize>load<i32>(r)) << 3);
    const before = load<f64>(at);
    const now = before + c * load<f64>(p);
    store<f64>(at, now);
    const term = (now - before) * (now + before);
    change += term;
    size += abs(term);
  }
  const behind = v + ((<usize>length) << 3);
  const squares = load<f64>(behind) + change;
  const added = load<f64>(behind, 8) + (size + squares / 256);
  const holds = added <= 4 * squares;
  store<f64>(behind, holds ? squares : dot(v, v, length));
  store<f64>(behind, holds ? added : 0, 8);
}
