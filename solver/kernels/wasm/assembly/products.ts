/*
 * Products of several columns with one vector: each to the bits of `dot`, whichever are computed together.
 */
import { dot, lanes, whole } from './loops';

/** out[0], out[1] = `dot` of a and b with v. */
function dot2(a: usize, b: usize, v: usize, n: i32, out: usize): void {
  let s01 = f64x2.splat(0);
  let s23 = f64x2.splat(0);
  let t01 = f64x2.splat(0);
  let t23 = f64x2.splat(0);
  const toB = b - a;
  const toV = v - a;
  const end = a + whole(n);
  let p = a;
  for (; p < end; p += 32) {
    const v01 = v128.load(p + toV);
    const v23 = v128.load(p + toV, 16);
    s01 = f64x2.add(s01, f64x2.mul(v128.load(p), v01));
    t01 = f64x2.add(t01, f64x2.mul(v128.load(p + toB), v01));
    s23 = f64x2.add(s23, f64x2.mul(v128.load(p, 16), v23));
    t23 = f64x2.add(t23, f64x2.mul(v128.load(p + toB, 16), v23));
  }
  let s = lanes(s01, s23);
  let t = lanes(t01, t23);
  const last = a + ((<usize>n) << 3);
  for (; p < last; p += 8) {
    s += load<f64>(p) * load<f64>(p + toV);
    t += load<f64>(p + toB) * load<f64>(p + toV);
  }
  store<f64>(out, s);
  store<f64>(out, t, 8);
}

/** out[0 … 3] = `dot` of a, b, c and d with v. */
function dot4(a: usize, b: usize, c: usize, d: usize, v: usize, n: i32, out: usize): void {
  let s01 = f64x2.splat(0);
  let s23 = f64x2.splat(0);
  let t01 = f64x2.splat(0);
  let t23 = f64x2.splat(0);
  let u01 = f64x2.splat(0);
  let u23 = f64x2.splat(0);
  let w01 = f64x2.splat(0);
  let w23 = f64x2.splat(0);
  const toB = b - a;
  const toC = c - a;
  const toD = d - a;
  const toV = v - a;
  const end = a + whole(n);
  let p = a;
  for (; p < end; p += 32) {
    const v01 = v128.load(p + toV);
    const v23 = v128.load(p + toV, 16);
    s01 = f64x2.add(s01, f64x2.mul(v128.load(p), v01));
    s23 = f64x2.add(s23, f64x2.mul(v128.load(p, 16), v23));
    t01 = f64x2.add(t01, f64x2.mul(v128.load(p + toB), v01));
    t23 = f64x2.add(t23, f64x2.mul(v128.load(p + toB, 16), v23));
    u01 = f64x2.add(u01, f64x2.mul(v128.load(p + toC), v01));
    u23 = f64x2.add(u23, f64x2.mul(v128.load(p + toC, 16), v23));
    w01 = f64x2.add(w01, f64x2.mul(v128.load(p + toD), v01));
    w23 = f64x2.add(w23, f64x2.mul(v128.load(p + toD, 16), v23));
  }
  let s = lanes(s01, s23);
  let t = lanes(t01, t23);
  let u = lanes(u01, u23);
  let w = lanes(w01, w23);
  const last = a + ((<usize>n) << 3);
  for (; p < last; p += 8) {
    const value = load<f64>(p + toV);
    s += load<f64>(p) * value;
    t += load<f64>(p + toB) * value;
    u += load<f64>(p + toC) * value;
    w += load<f64>(p + toD) * value;
  }
  store<f64>(out, s);
  store<f64>(out, t, 8);
  store<f64>(out, u, 16);
  store<f64>(out, w, 24);
}

/** The byte address of the l-th listed column. */
function column(values: usize, listed: usize, l: i32, length: usize): usize {
  return values + <usize>load<i32>(listed + ((<usize>l) << 2)) * length;
}

/** out[l] = `dot` with v of the l-th listed column, of `count`; column j begins at values[j n]. `together`, 1, 2 or 4, at a time. */
export function dots(
  values: usize,
  listed: usize,
  count: i32,
  v: usize,
  n: i32,
  out: usize,
  together: i32,
): void {
  const length = (<usize>n) << 3;
  const fours = together === 4 ? count & ~3 : 0;
  const twos = together === 2 ? count & ~1 : 0;
  let l = 0;
  for (; l < fours; l += 4) {
    const a = column(values, listed, l, length);
    const b = column(values, listed, l + 1, length);
    const c = column(values, listed, l + 2, length);
    const d = column(values, listed, l + 3, length);
    dot4(a, b, c, d, v, n, out + ((<usize>l) << 3));
  }
  for (; l < twos; l += 2) {
    const a = column(values, listed, l, length);
    dot2(a, column(values, listed, l + 1, length), v, n, out + ((<usize>l) << 3));
  }
  for (; l < count; l++)
    store<f64>(out + ((<usize>l) << 3), dot(column(values, listed, l, length), v, n));
}
