/*
 * Proximal steps with 1/L_c of one coordinate after another, as `plainSweep` of kernels/sweep.ts makes them, to the same bits.
 */
import { addScalar, axpy, dot, sparseDot, sparseMove, sum } from './loops';

const EPSILON: f64 = 2.220446049250313e-16;
const TOLERATED: f64 = 16;

/** sign(v) max(|v| − t, 0); NaN stays NaN. */
function soft(v: f64, t: f64): f64 {
  if (v > t) return v - t;
  if (v < -t) return v + t;
  return isNaN(v) ? v : 0;
}

function at(base: usize, index: i32): usize {
  return base + ((<usize>index) << 3);
}

/**
 * What a call needs, in this order from `p` on: six arrays of `most` numbers (gradient, value, delta,
 * subgradient, mapping, objective), then curvature, step, reach, x of each coordinate, then the nodes of the tree of penalties,
 * then scale, drift, terms, span, l1, l2. `order` holds 32-bit integers; `starts` those of a sparse X, 0 for a dense one.
 */
export function coordinateSweep(
  p: usize,
  most: i32,
  size: i32,
  half: i32,
  order: usize,
  count: i32,
  values: usize,
  indices: usize,
  starts: usize,
  cache: usize,
  n: i32,
  offset: i32,
  objective: i32,
): i32 {
  const gradients = p;
  const afters = at(gradients, most);
  const deltas = at(afters, most);
  const subgradients = at(deltas, most);
  const mappings = at(subgradients, most);
  const objectives = at(mappings, most);
  const curvatures = at(objectives, most);
  const steps = at(curvatures, size);
  const reaches = at(steps, size);
  const x = at(reaches, size);
  const tree = at(x, size);
  const bounds = at(tree, 2 * half);
  let scale = load<f64>(bounds);
  let drift = load<f64>(bounds, 8);
  let terms = load<f64>(bounds, 16);
  let span = load<f64>(bounds, 24);
  const l1 = load<f64>(bounds, 32);
  const l2 = load<f64>(bounds, 40);
  const rows = <f64>n;
  const unpenalised = l1 === 0 && l2 === 0;
  let F: f64 = NaN;
  let u: i32 = 0;
  for (; u < count; u++) {
    const c = load<i32>(order + ((<usize>u) << 2));
    const column = c - offset;
    let from: usize = 0;
    let own: usize = 0;
    let length = n;
    let product: f64;
    if (column < 0) product = sum(cache, n);
    else if (starts === 0) {
      from = values + <usize>column * ((<usize>n) << 3);
      product = dot(from, cache, n);
    } else {
      const first = load<i32>(starts + ((<usize>column) << 2));
      length = load<i32>(starts + ((<usize>column) << 2), 4) - first;
      from = at(values, first);
      own = indices + ((<usize>first) << 2);
      product = sparseDot(from, own, cache, length);
    }
    const g = -product / rows;
    const L = load<f64>(at(curvatures, c));
    const t = load<f64>(at(steps, c));
    const before = load<f64>(at(x, c));
    const free = unpenalised || column < 0;
    const forward = before - t * g;
    const threshold = t * l1;
    const shrink = 1 + t * l2;
    const value = free ? forward : soft(forward, threshold) / shrink;
    if (!isFinite(g) || !isFinite(value)) break;
    const delta = value - before;
    store<f64>(at(gradients, u), g);
    store<f64>(at(afters, u), value);
    store<f64>(at(deltas, u), delta);
    store<f64>(at(subgradients, u), -(g + delta / t));
    store<f64>(
      at(mappings, u),
      free ? abs(g) : L * abs(before - soft(before - g / L, threshold) / shrink),
    );
    store<f64>(at(x, c), value);
    if (delta !== 0) {
      if (column < 0) {
        const squares = addScalar(-delta, cache, n);
        if (!(squares < 0)) store<f64>(at(cache, n), squares);
        if (starts !== 0) store<f64>(at(cache, n + 1), 0);
      } else if (starts === 0) {
        const squares = axpy(-delta, from, cache, n);
        if (!(squares < 0)) store<f64>(at(cache, n), squares);
      } else sparseMove(-delta, from, own, cache, length, n);
      const reached = load<f64>(at(reaches, c)) * abs(delta);
      scale += reached;
      drift += EPSILON * scale;
      terms = max<f64>(1, terms - 1);
      span = max<f64>(0, span - 3 * reached);
    }
    if (objective !== 0) {
      if (delta !== 0 && !free) {
        const absolute = l1 * abs(value);
        let node = half + c;
        store<f64>(at(tree, node), l2 === 0 ? absolute : absolute + (l2 / 2) * (value * value));
        while (node > 1) {
          node >>= 1;
          const children = at(tree, 2 * node);
          store<f64>(at(tree, node), load<f64>(children) + load<f64>(children, 8));
        }
      }
      if (delta !== 0 || isNaN(F)) {
        F = load<f64>(at(cache, n)) / (2 * rows) + load<f64>(at(tree, 1));
      }
      store<f64>(at(objectives, u), F);
      if (!isFinite(F)) {
        u++;
        break;
      }
    }
    if (delta !== 0 && drift > TOLERATED * (EPSILON * terms * span)) {
      u++;
      break;
    }
  }
  store<f64>(bounds, scale);
  store<f64>(bounds, drift, 8);
  store<f64>(bounds, terms, 16);
  store<f64>(bounds, span, 24);
  return u;
}
