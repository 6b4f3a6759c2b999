import type { Block, Estimate, Poll } from '../core/problem.ts';
import { largestEigenvalue } from '../kernels/eigen.ts';
import { lanczos } from '../kernels/lanczos.ts';
import { maxAbs, squaredNorm } from '../kernels/vector.ts';
import type { UserFunctions } from './functions.ts';

/** ∇²_bb f(x) of a module: from its own `hessianVector`, or from differences of its gradient. */
export interface Curvature {
  /** out[0…d) = ∇²_bb f(x) v. */
  product(x: Float64Array, block: Block, v: Float64Array, out: Float64Array): void;
  /** out ≈ ∇²f(x) v over all coordinates; returns a bound on ‖error‖₂. */
  whole(x: Float64Array, v: Float64Array, out: Float64Array): number;
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
export function curvature(
  functions: Pick<UserFunctions, 'gradient' | 'hessianVector'>,
  blocks: readonly Block[],
  start: Float64Array,
  poll: Poll,
): Curvature {
  const all: Block = { name: '', index: -1, start: 0, size: start.length, coordinates: [] };
  // Not by the module's `hessianVector`, which may know of one block's directions alone.
  const whole: Pick<UserFunctions, 'gradient'> = {
    gradient(x, _all, out) {
      for (const block of blocks) {
        poll();
        functions.gradient(x, block, out.subarray(block.start, block.start + block.size));
      }
    },
  };
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
    whole(x, v, out) {
      const noise = Math.hypot(...blocks.map(noiseOf));
      return differences(whole, x, all, noise, poll)(v, out);
    },
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
 * smooth over 2h. Structure finer than h (a dead zone, a kink, a wave, a saturated part) shows in the one-sided differences
 * over h/117 and h/117²: their distance to the result, beyond the rounding that was measured apart from it, counts as error
 * too. A fourth difference over h is no such measurement: a kink within h makes it large.
 */
export function differences(
  functions: Pick<UserFunctions, 'gradient'>,
  x: Float64Array,
  block: Block,
  noise: number,
  poll: Poll,
): Product {
  const d = block.size;
  const size = scaleOf(x, block);
  const read = reader(functions, x, block, poll);
  let centre: Float64Array | null = null;
  let noiseHere: number | null = null;
  return (v, out) => {
    const length = maxAbs(v, 0, d);
    if (length === 0) {
      out.fill(0, 0, d);
      return 0;
    }
    const h = (2 ** -13 * movedScale(x, block, v, length) * ODD) / length;
    centre ??= read(v, 0);
    const [low2, low, high, high2] = [read(v, -2 * h), read(v, -h), read(v, h), read(v, 2 * h)];
    let spread = 0;
    let fourth = 0;
    let bend = 0;
    for (let i = 0; i < d; i++) {
      const near = (high[i]! - low[i]!) / (2 * h);
      const far = (high2[i]! - low2[i]!) / (4 * h);
      out[i] = near + (near - far) / 3;
      spread += (near - far) ** 2;
      fourth += (high2[i]! + low2[i]! - 4 * (high[i]! + low[i]!) + 6 * centre[i]!) ** 2;
      bend += ((high[i]! - 2 * centre[i]! + low[i]!) / (h * h)) ** 2;
    }
    const largest = Math.max(
      maxAbs(high2, 0, d),
      maxAbs(low2, 0, d),
      maxAbs(out, 0, d) * (size / length),
    );
    const ulp = EPSILON * Math.sqrt(d) * largest;
    const here = maxAbs(centre, 0, d) + maxAbs(out, 0, d) * (maxAbs(x, block.start, d) / length);
    const local = EPSILON * Math.sqrt(d) * here;
    const rounding = Math.max(noise, Math.sqrt(fourth / 70), ulp);
    let error = Math.sqrt(spread) + (3 * rounding) / h;
    for (const fine of [h / FINER, h / FINER ** 2]) {
      const apart = distance(out, read(v, -fine), centre, read(v, fine), fine);
      // A smooth f bends over `fine` as well, by its third derivative, which contributes more to the spread.
      const smooth = Math.sqrt(spread) + Math.sqrt(bend) * fine;
      const unexplained = (known: number) => apart - (6 * Math.max(known, local)) / fine - smooth;
      if (!(unexplained(noise) > 0)) continue;
      noiseHere ??= gradientNoise(functions, x, block, poll);
      error = Math.max(error, Math.sqrt(spread) + (3 * noiseHere) / h);
      // Twice, because the fine difference may miss still finer structure.
      if (unexplained(Math.max(noise, noiseHere)) > 0) error += 2 * apart;
    }
    return error;
  };
}

/** The fine differences are over steps so many times smaller, and as many times again. Not a power of two, as `ODD`. */
const FINER = 117;

/** ‖the farther of the one-sided differences over `fine`, less `out`‖: a kink at x itself has the slope of neither side. */
function distance(
  out: Float64Array,
  below: Float64Array,
  centre: Float64Array,
  above: Float64Array,
  fine: number,
): number {
  let squares = 0;
  for (let i = 0; i < centre.length; i++) {
    const left = (centre[i]! - below[i]!) / fine;
    const right = (above[i]! - centre[i]!) / fine;
    squares += Math.max(Math.abs(left - out[i]!), Math.abs(right - out[i]!)) ** 2;
  }
  return Math.sqrt(squares);
}

/** Not a power of two: such steps would round alike at every point and hide the rounding. */
const ODD = 0.8191725133961645;

/** The power of two at or above the size of x_b, at least 1. */
function scaleOf(x: Float64Array, block: Block): number {
  const size = maxAbs(x.subarray(block.start, block.start + block.size), 0, block.size);
  return sizeOf(size);
}

/** The power of two at or above |value|, at least 1. */
function sizeOf(value: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, Math.abs(value))));
}

/** The power of two at or above the size of the coordinates that v moves, each by its share of `length` = ‖v‖∞; at least 1. */
function movedScale(x: Float64Array, block: Block, v: Float64Array, length: number): number {
  let size = 1;
  for (let i = 0; i < block.size; i++) {
    size = Math.max(size, (Math.abs(x[block.start + i]!) * Math.abs(v[i]!)) / length);
  }
  return sizeOf(size);
}

/** ∇_b f(x + t U_b v), as an array of its own. */
function reader(
  functions: Pick<UserFunctions, 'gradient'>,
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

/** Windows of five points, in each of which a fourth difference is taken. */
const WINDOWS = 8;
/** Distances of the points, relative to the size of each coordinate: from what is usual down to what only structure asks for. */
const SPACINGS = [2 ** -20, 2 ** -27, 2 ** -34];
/** A median of squares to a bound on their mean. */
const MEDIAN_TO_MEAN = 2.2;

/**
 * √Σᵢ (rounding of (∇_b f)ᵢ)² near x: fourth differences over points so close that f's own is nothing. A gradient that is the
 * small rest of large terms is off by far more than its size shows. Of eight differences the fourth by size stands for all,
 * so that one kink between the points counts for nothing; and a closer spacing that shows far less takes its place, since
 * rounding does not shrink with it as structure does, unless neighbours are equal there: then it lies below what the
 * gradient resolves. 0 where it is not finite. Source: Moré & Wild 2011, Estimating computational noise.
 */
export function gradientNoise(
  functions: Pick<UserFunctions, 'gradient'>,
  x: Float64Array,
  block: Block,
  poll: Poll,
): number {
  const read = reader(functions, x, block, poll);
  const sizes = Float64Array.from({ length: block.size }, (_, i) => sizeOf(x[block.start + i]!));
  const squares = new Float64Array(block.size);
  for (const [nth, spacing] of SPACINGS.entries()) {
    const g = Array.from({ length: WINDOWS + 4 }, (_, t) => read(sizes, t * spacing * ODD));
    for (let i = 0; i < block.size; i++) {
      const found = roundingOf(g.map(at => at[i]!));
      if (nth === 0) squares[i] = found === Number.POSITIVE_INFINITY ? 0 : found;
      else if (found < squares[i]! / 64) squares[i] = found;
    }
  }
  const noise = Math.sqrt(squares.reduce((sum, v) => sum + v, 0));
  return Number.isFinite(noise) ? noise : 0;
}

/** rounding² of these values of one coordinate at points in a row; ∞ where neighbours are equal. */
function roundingOf(values: readonly number[]): number {
  if (values.some((v, i) => i > 0 && v === values[i - 1])) return Number.POSITIVE_INFINITY;
  const squares = Array.from({ length: WINDOWS }, (_, w) => {
    const [a, b, c, d, e] = values.slice(w, w + 5) as [number, number, number, number, number];
    return (a + e - 4 * (b + d) + 6 * c) ** 2 / 70;
  });
  return MEDIAN_TO_MEAN * squares.sort((a, b) => a - b)[WINDOWS / 2 - 1]!;
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
