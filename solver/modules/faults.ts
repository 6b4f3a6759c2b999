// What a module's own functions may get wrong: its gradient, its products with the Hessian, its sums over rows.

import type { Block } from '../core/problem.ts';
import { normals, stream } from '../core/random.ts';
import { formatNumber, printable } from '../core/words.ts';
import { maxAbs } from '../kernels/vector.ts';
import type { Finding } from '../wire/run.ts';
import { differences, gradientNoise } from './curvature.ts';
import type { ModuleProblem } from './load.ts';
import { UserError } from './userError.ts';

/** Blocks up to this size are checked coordinate by coordinate, larger ones and those of many blocks along random signs. */
const COORDINATES = 32;
const DIRECTIONS = 4;
const MANY_BLOCKS = 100;
/** Significant digits in sentences: enough to see a factor or a sign. */
export const DIGITS = 6;

/**
 * How far an analytic slope may lie from the numeric one, relative to both, on top of the numeric one's own error: a
 * wrong formula is off by more, a correct one by far less; correct sums over rows and differences too.
 */
const RELATIVE = 1e-6;

/** A directional derivative from values of f alone, and how far off it may be. */
interface Slope {
  readonly numeric: number;
  readonly error: number;
}

/** The block's gradient at x, point number `point`, against differences of value: a check a direction. */
export function* gradientChecks(
  problem: ModuleProblem,
  block: Block,
  point: number,
  x: Float64Array,
): Generator<Check> {
  const gradient = new Float64Array(block.size);
  let inside = false;
  yield {
    block,
    run() {
      inside = inDomain(() => problem.functions.gradient(x, block, gradient)) !== null;
      return null;
    },
  };
  if (!inside) return;
  for (const { direction, coordinate } of directionsOf(problem, block, point)) {
    yield {
      block,
      run() {
        const slope = inDomain(() => slopeAlong(problem, block, x, direction));
        if (slope === null) return null;
        const { numeric, error } = slope;
        const analytic = direction.reduce((sum, v, i) => sum + (v === 0 ? 0 : v * gradient[i]!), 0);
        const difference = Math.abs(analytic - numeric);
        const size = Math.max(Math.abs(analytic), Math.abs(numeric));
        // NaN on either side is data: a run that meets it ends with `nonfinite`.
        if (!(difference > RELATIVE * size + error)) return null;
        return mismatch(block, coordinate, point, analytic, numeric, difference);
      },
    };
  }
}

function mismatch(
  block: Block,
  coordinate: string | null,
  point: number,
  analytic: number,
  numeric: number,
  error: number,
): Finding {
  const where = point === 0 ? 'the start' : 'a random point about the start';
  const along = coordinate === null ? 'along a random direction' : `in ${printable(coordinate)}`;
  return {
    k: 0,
    name: 'gradientMismatch',
    block: block.name,
    text: `gradient of block "${printable(block.name)}" is ${formatNumber(analytic, DIGITS)} ${along} at ${where}, but value changes there at a rate of ${formatNumber(numeric, DIGITS)}; correct gradient or value.`,
    evidence: {
      term: 'gradient',
      analytic,
      numeric,
      error,
      point: where,
      ...(coordinate === null ? {} : { coordinate }),
    },
  };
}

interface Direction {
  readonly direction: Float64Array;
  /** Its name, where it is a coordinate's. */
  readonly coordinate: string | null;
}

function directionsOf({ seed, blocks }: ModuleProblem, block: Block, point: number): Direction[] {
  const d = block.size;
  const many = blocks.length > MANY_BLOCKS;
  if (d <= (many ? 1 : COORDINATES)) {
    return block.coordinates.map((coordinate, i) => {
      const direction = new Float64Array(d);
      direction[i] = 1;
      return { direction, coordinate };
    });
  }
  return Array.from({ length: many ? 1 : DIRECTIONS }, (_, k) => {
    const draw = stream(seed, 'direction', block.name, point, k);
    // Signs: no entry of the gradient can hide behind a small weight.
    return {
      direction: Float64Array.from({ length: d }, () => (draw() < 0.5 ? -1 : 1)),
      coordinate: null,
    };
  });
}

/**
 * d/dt f(x + t v) at 0 by central differences D(h), D(2h) and Richardson's (4 D(h) − D(2h))/3, h = 2⁻¹³ of the size of x.
 * The error allows ten times |D(h) − D(2h)|, which holds the truncation; and over h, ten times the rounding of f, read
 * off its fourth difference (√70 times it), and a hundred ulp of the largest value: a plain sum of 10⁵ rows is off by
 * that much, and a single sample of rounding can be small by chance.
 */
function slopeAlong(
  { functions, poll }: ModuleProblem,
  block: Block,
  x: Float64Array,
  direction: Float64Array,
): Slope {
  const { start, size } = block;
  const scale = x.subarray(start, start + size).reduce((most, v) => Math.max(most, Math.abs(v)), 1);
  const h = 2 ** (Math.ceil(Math.log2(scale)) - 13);
  const at = (t: number): number => {
    poll();
    const moved = Float64Array.from(x);
    for (let i = 0; i < size; i++) moved[start + i] = x[start + i]! + t * direction[i]!;
    return functions.value(moved);
  };
  const [low2, low, centre, high, high2] = [at(-2 * h), at(-h), at(0), at(h), at(2 * h)];
  const near = (high - low) / (2 * h);
  const far = (high2 - low2) / (4 * h);
  const fourth = Math.abs(high2 + low2 - 4 * (high + low) + 6 * centre) / Math.sqrt(70);
  const ulp = Number.EPSILON * Math.max(Math.abs(high2), Math.abs(low2), Math.abs(centre));
  return {
    numeric: near + (near - far) / 3,
    error: 10 * Math.abs(near - far) + (10 * fourth + 100 * ulp) / h,
  };
}

/** A small part of the checks: a few calls of user code. If interrupted, it is run again. */
export interface Check {
  /** The block it is about; after a mismatch in it, it is not looked at again. */
  readonly block: Block | null;
  run(): Finding | null;
}

/**
 * The value, or null where user code throws: away from the start a check may leave the domain of f, where throwing is not
 * a mistake. A run that gets there throws again.
 */
export function inDomain<T>(run: () => T): T | null {
  try {
    return run();
  } catch (reason) {
    if (reason instanceof UserError) return null;
    throw reason;
  }
}

/** Up to this many rows their mean is compared with the gradient; a pass over more would delay the start. */
const ROWS = 20_000;

/**
 * `hessianVector` against differences of the gradient, along one random direction at each point. Passes on what it throws
 * at the start, the first point.
 */
export function productFaults(
  problem: ModuleProblem,
  block: Block,
  points: readonly Float64Array[],
): Finding | null {
  const { functions, seed } = problem;
  if (functions.hessianVector === null) return null;
  const given = new Float64Array(block.size);
  const numeric = new Float64Array(block.size);
  for (const [p, x] of points.entries()) {
    const v = normals(block.size, stream(seed, 'product', block.name, p));
    if (p === 0) functions.hessianVector(x, block, v, given);
    const error = inDomain(() => {
      if (p > 0) functions.hessianVector?.(x, block, v, given);
      const noise = gradientNoise(functions, x, block, problem.poll);
      return differences(functions, x, block, noise, problem.poll)(v, numeric);
    });
    const fault = error === null ? null : furthest(given, numeric, 10 * error);
    if (fault === null) continue;
    const text = `hessianVector of block "${printable(block.name)}" gives ${formatNumber(given[fault]!, DIGITS)} in ${printable(block.coordinates[fault] ?? '')}, but its gradient changes at a rate of ${formatNumber(numeric[fault]!, DIGITS)}; correct hessianVector or leave it out.`;
    return finding('hessianVector', block, text, given[fault]!, numeric[fault]!);
  }
  return null;
}

/**
 * The mean of `rowGradient` over all rows against the gradient, at each point. Passes on what it throws at the start, the
 * first point, and throws where a row has no number there but the gradient has. Of too many rows only the first is looked
 * at, and only for this.
 */
export function rowFaults(
  problem: ModuleProblem,
  block: Block,
  points: readonly Float64Array[],
): Finding | null {
  const { functions, finiteSum } = problem;
  const rows = finiteSum?.rows ?? Number.POSITIVE_INFINITY;
  const { rowsGradient } = functions;
  if (rowsGradient === null) return null;
  const seen = Int32Array.from({ length: rows > ROWS ? 1 : rows }, (_, i) => i);
  const pairAt = (x: Float64Array): RowPair => {
    const mean = new Float64Array(block.size);
    const gradient = new Float64Array(block.size);
    rowsGradient(x, block, seen, mean);
    functions.gradient(x, block, gradient);
    return { mean, gradient };
  };
  const [start, ...others] = points;
  const first = pairAt(start!);
  const unusable = unusableRow(problem, block, seen, first);
  if (unusable !== null) throw unusable;
  if (rows > ROWS) return null;
  const pairs = [first, ...others.flatMap(x => inDomain(() => pairAt(x)) ?? [])];
  // Where the gradient vanishes, rounding is compared with the size of the gradient elsewhere.
  const scale = Math.max(...pairs.map(({ gradient }) => maxAbs(gradient, 0, block.size)));
  for (const { mean, gradient } of pairs) {
    const fault = furthest(mean, gradient, 1e-10 * scale);
    if (fault === null) continue;
    const text = `the mean of rowGradient over all ${rows} rows is ${formatNumber(mean[fault]!, DIGITS)} in ${printable(block.coordinates[fault] ?? '')} of block "${printable(block.name)}", but gradient is ${formatNumber(gradient[fault]!, DIGITS)}; make value and gradient means over the rows.`;
    return finding('rowGradient', block, text, mean[fault]!, gradient[fault]!);
  }
  return null;
}

/** The mean of `rowGradient` over rows at a point, and the gradient there. */
interface RowPair {
  readonly mean: Float64Array;
  readonly gradient: Float64Array;
}

/** The first row that is NaN or infinite at the start in a coordinate where the gradient is finite; null: none is. */
function unusableRow(
  { functions, start }: ModuleProblem,
  block: Block,
  rows: Int32Array,
  { mean, gradient }: RowPair,
): UserError | null {
  const j = mean.findIndex((v, i) => !Number.isFinite(v) && Number.isFinite(gradient[i]));
  if (j < 0) return null;
  const one = new Float64Array(block.size);
  for (const row of rows) {
    functions.rowsGradient?.(start, block, Int32Array.of(row), one);
    if (Number.isFinite(one[j])) continue;
    const what = `returned ${formatNumber(one[j]!)} in ${printable(block.coordinates[j] ?? '')} for row ${row} at the start, where gradient is ${formatNumber(gradient[j]!)}; return finite numbers`;
    return functions.unusable('rowGradient', block, what);
  }
  return null;
}

/** Index of the entry that is furthest off, where the vectors differ by more than `error` and rounding; else null. */
function furthest(a: Float64Array, b: Float64Array, error: number): number | null {
  let worst = 0;
  let size = 0;
  for (let i = 0; i < a.length; i++) {
    if (Math.abs(a[i]! - b[i]!) > Math.abs(a[worst]! - b[worst]!)) worst = i;
    size = Math.max(size, Math.abs(a[i]!), Math.abs(b[i]!));
  }
  return Math.abs(a[worst]! - b[worst]!) > RELATIVE * size + error ? worst : null;
}

function finding(
  term: string,
  block: Block,
  text: string,
  analytic: number,
  numeric: number,
): Finding {
  return {
    k: 0,
    name: 'gradientMismatch',
    block: block.name,
    text,
    evidence: { term, analytic, numeric, error: Math.abs(analytic - numeric) },
  };
}
