import type { Block, Estimate, Poll } from '../core/problem.ts';
import { largestEigenvalue } from '../kernels/eigen.ts';
import { lanczos } from '../kernels/lanczos.ts';
import { maxAbs, squaredNorm } from '../kernels/vector.ts';
import type { UserFunctions } from './functions.ts';

/** ∇²_bb f(x) of a module: from its own `hessianVector`, or from differences of its gradient. */
export interface Curvature {
  /** out[0…d) = ∇²_bb f(x) v. */
  product(x: Float64Array, block: Block, v: Float64Array, out: Float64Array): void;
  /** λ_max(∇²_bb f(x)) and a bound on what rounding, differences and an unfinished iteration may have done to it. */
  sharpness(x: Float64Array, block: Block): Estimate;
}

/** Blocks up to this size get their Hessian column by column, larger ones Lanczos. */
const DENSE = 64;
/** Products Lanczos may take, and the residual, relative to λ_max, that is good enough to read. */
const STEPS = 60;
const TOLERANCE = 1e-9;
const EPSILON = Number.EPSILON;

/** out = H v, and a bound on ‖error‖₂ for this v. */
type Product = (v: Float64Array, out: Float64Array) => number;

/** `start`: where the rounding of a block's gradient is measured, once. */
export function curvature(functions: UserFunctions, start: Float64Array, poll: Poll): Curvature {
  const noises = new Map<number, number>();
  const noiseOf = (block: Block): number => {
    const known = noises.get(block.index);
    if (known !== undefined) return known;
    const noise = gradientNoise(functions, start, block, poll);
    noises.set(block.index, noise);
    return noise;
  };
  const productAt = (x: Float64Array, block: Block): Product =>
    functions.hessianVector === null
      ? differences(functions, x, block, noiseOf(block), poll)
      : given(functions.hessianVector, x, block, poll);
  return {
    product(x, block, v, out) {
      productAt(x, block)(v, out);
    },
    sharpness(x, block) {
      const product = productAt(x, block);
      return block.size <= DENSE ? dense(product, block.size) : iterated(product, block.size, poll);
    },
  };
}

function given(
  hessianVector: NonNullable<UserFunctions['hessianVector']>,
  x: Float64Array,
  block: Block,
  poll: Poll,
): Product {
  return (v, out) => {
    poll();
    hessianVector(x, block, v, out);
    // A sum of d products is off by some √d ulp.
    return 4 * EPSILON * Math.sqrt(block.size * squaredNorm(out, 0, block.size));
  };
}

/**
 * H v by central differences D(h), D(2h) of the gradient and Richardson's (4 D(h) − D(2h))/3, whose truncation is O(h⁴).
 * h = 2⁻¹³ of the size of the coordinates that v moves, at least of 1: there truncation, 2⁻⁵², has gone below the
 * rounding, ε/h. The error is bounded by ‖D(h) − D(2h)‖, which is three times the truncation of D(h), far above that of
 * the result; and by three times the rounding of a gradient over h: `noise`, or more where the fourth difference of the
 * five gradients shows more, and never below what one ulp of the gradients and of H x would make. That holds where f is
 * smooth over 2h. Structure finer than h (a dead zone, a kink, a saturated part) shows in D(h/128): its distance to the
 * result, beyond its own rounding, counts as error too.
 */
export function differences(
  functions: UserFunctions,
  x: Float64Array,
  block: Block,
  noise: number,
  poll: Poll,
): Product {
  const d = block.size;
  const size = scaleOf(x, block);
  const read = reader(functions, x, block, poll);
  let centre: Float64Array | null = null;
  return (v, out) => {
    const length = maxAbs(v, 0, d);
    if (length === 0) {
      out.fill(0, 0, d);
      return 0;
    }
    const h = (2 ** -13 * movedScale(x, block, v, length) * ODD) / length;
    const fine = h / FINER;
    centre ??= read(v, 0);
    const [low2, low, high, high2] = [read(v, -2 * h), read(v, -h), read(v, h), read(v, 2 * h)];
    const [below, above] = [read(v, -fine), read(v, fine)];
    let spread = 0;
    let fourth = 0;
    let apart = 0;
    for (let i = 0; i < d; i++) {
      const near = (high[i]! - low[i]!) / (2 * h);
      const far = (high2[i]! - low2[i]!) / (4 * h);
      out[i] = near + (near - far) / 3;
      spread += (near - far) ** 2;
      fourth += (high2[i]! + low2[i]! - 4 * (high[i]! + low[i]!) + 6 * centre[i]!) ** 2;
      // One-sided: a kink at x itself has the slope of neither side.
      const left = (centre[i]! - below[i]!) / fine;
      const right = (above[i]! - centre[i]!) / fine;
      apart += Math.max(Math.abs(left - out[i]!), Math.abs(right - out[i]!)) ** 2;
    }
    const largest = Math.max(
      maxAbs(high2, 0, d),
      maxAbs(low2, 0, d),
      maxAbs(out, 0, d) * (size / length),
    );
    const rounding = Math.max(noise, Math.sqrt(fourth / 70), EPSILON * Math.sqrt(d) * largest);
    // A smooth f bends over h/128 as well, by its third derivative, which contributes 128 times as much to the spread.
    const bend = Math.sqrt(spread) + bendOf(high, low, centre, h, fine);
    const unexplained = Math.sqrt(apart) - (6 * rounding) / fine - bend;
    const error = Math.sqrt(spread) + (3 * rounding) / h;
    // Twice, because the fine difference may miss still finer structure.
    return unexplained > 0 ? error + 2 * Math.sqrt(apart) : error;
  };
}

/** The fine difference is over a step so many times smaller. */
const FINER = 128;

/** ‖second difference of the gradient‖ · fine/2: how far a one-sided difference over `fine` lies off for a smooth f. */
function bendOf(
  high: Float64Array,
  low: Float64Array,
  centre: Float64Array,
  h: number,
  fine: number,
): number {
  let squares = 0;
  for (let i = 0; i < centre.length; i++) {
    squares += ((high[i]! - 2 * centre[i]! + low[i]!) / (h * h)) ** 2;
  }
  return Math.sqrt(squares) * fine;
}

/** Not a power of two: such steps would round alike at every point and hide the rounding. */
const ODD = 0.8191725133961645;

/** The power of two at or above the size of x_b, at least 1. */
function scaleOf(x: Float64Array, block: Block): number {
  const size = maxAbs(x.subarray(block.start, block.start + block.size), 0, block.size);
  return 2 ** Math.ceil(Math.log2(Math.max(1, size)));
}

/** The power of two at or above the size of the coordinates that v moves, each by its share of `length` = ‖v‖∞; at least 1. */
function movedScale(x: Float64Array, block: Block, v: Float64Array, length: number): number {
  let size = 1;
  for (let i = 0; i < block.size; i++) {
    size = Math.max(size, (Math.abs(x[block.start + i]!) * Math.abs(v[i]!)) / length);
  }
  return 2 ** Math.ceil(Math.log2(size));
}

/** ∇_b f(x + t U_b v), as an array of its own. */
function reader(
  functions: UserFunctions,
  x: Float64Array,
  block: Block,
  poll: Poll,
): (v: Float64Array, t: number) => Float64Array {
  const { start, size } = block;
  const moved = Float64Array.from(x);
  return (v, t) => {
    poll();
    for (let i = 0; i < size; i++) moved[start + i] = x[start + i]! + t * v[i]!;
    const gradient = new Float64Array(size);
    functions.gradient(moved, block, gradient);
    return gradient;
  };
}

/**
 * Root mean square of ‖rounding of ∇_b f‖₂ near x: eight fourth differences over points so close that f's own is nothing.
 * A gradient that is the small rest of large terms is off by far more than its size shows. 0 where it is not finite.
 * Source: Moré & Wild 2011, Estimating computational noise.
 */
export function gradientNoise(
  functions: UserFunctions,
  x: Float64Array,
  block: Block,
  poll: Poll,
): number {
  const WINDOWS = 8;
  const h = 2 ** -20 * scaleOf(x, block) * ODD;
  const read = reader(functions, x, block, poll);
  const ones = new Float64Array(block.size).fill(1);
  const g = Array.from({ length: WINDOWS + 4 }, (_, t) => read(ones, t * h));
  let squares = 0;
  for (let w = 0; w < WINDOWS; w++) {
    const [a, b, c, d, e] = g.slice(w, w + 5) as [Float64Array, ...Float64Array[]];
    for (let i = 0; i < block.size; i++) {
      squares += (a[i]! + e![i]! - 4 * (b![i]! + d![i]!) + 6 * c![i]!) ** 2;
    }
  }
  const noise = Math.sqrt(squares / (70 * WINDOWS));
  return Number.isFinite(noise) ? noise : 0;
}

/** λ_max of the Hessian whose columns are H e_j. By Weyl's inequality it is off by no more than ‖error‖_F. */
function dense(product: Product, d: number): Estimate {
  const matrix = new Float64Array(d * d);
  const unit = new Float64Array(d);
  let squares = 0;
  for (let j = 0; j < d; j++) {
    unit[j] = 1;
    const error = product(unit, matrix.subarray(j * d, (j + 1) * d));
    unit[j] = 0;
    squares += error * error;
  }
  let skew = 0;
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < i; j++) {
      const [a, b] = [matrix[i * d + j]!, matrix[j * d + i]!];
      skew += (a - b) ** 2 / 2;
      matrix[i * d + j] = (a + b) / 2;
    }
  }
  const size = maxAbs(matrix, 0, d * d);
  if (!Number.isFinite(size) || !Number.isFinite(squares))
    return { value: Number.NaN, error: Number.NaN };
  const value = largestEigenvalue(matrix, d);
  return { value, error: Math.sqrt(squares) + Math.sqrt(skew) + 4 * EPSILON * d * size };
}

/** λ_max by Lanczos: its residual, and the errors of the products it was built from. */
function iterated(product: Product, d: number, poll: Poll): Estimate {
  let squares = 0;
  const { greatest } = lanczos(
    (v, out) => {
      const error = product(v, out);
      squares += error * error;
    },
    d,
    { steps: STEPS, tolerance: TOLERANCE, poll },
  );
  return { value: greatest.value, error: greatest.error + Math.sqrt(squares) };
}
