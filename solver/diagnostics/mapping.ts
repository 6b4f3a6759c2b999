import type { Reading } from '../core/diagnostic.ts';
import type { Block, Problem } from '../core/problem.ts';
import { euclideanNorm } from '../kernels/prox.ts';

/** L_b‖x_b − prox_{r_b/L_b}(x_b − ∇_b f(x)/L_b)‖₂ at the point that was read. */
export function mappingNorm(reading: Reading): number {
  const { problem, block, point } = reading;
  const gradient = reading.gradient();
  if (problem.penalty.isZero(block)) return norm(gradient, block.size);
  return proxGradientNorm(problem, point.x, gradient, reading.lipschitz(), block);
}

/**
 * Bound on the rounding error of `mappingNorm`: from the gradient read off the cache, and from L_b x_b. 0 where none is
 * known.
 */
export function mappingRounding(reading: Reading): number {
  const { problem, block, point } = reading;
  if (problem.rounding === null) return 0;
  const ofGradient = problem.rounding.gradient(block, point.drift);
  const { start, size } = block;
  let squares = 0;
  for (let c = start; c < start + size; c++) squares += point.x[c]! * point.x[c]!;
  return ofGradient + 2 * Number.EPSILON * reading.lipschitz() * Math.sqrt(squares);
}

/** √Σ_b (L_b‖x_b − prox_{r_b/L_b}(x_b − ∇_b f(x)/L_b)‖₂)² at the iterate, L_b from the curvature whatever the method's steps. */
export function stationarityOf(reading: Reading): number {
  const { problem, state, method, lipschitzOf } = reading;
  const point = state.points[method.iterate];
  if (!point) return Number.NaN;
  return stationarityAt(problem, point.x, reading.fullGradient(), lipschitzOf);
}

/** Root of the sum of squares of the blocks' gradient mappings at x, L by block. */
export function stationarityAt(
  problem: Problem,
  x: Float64Array,
  gradient: Float64Array,
  lipschitzOf: (block: Block) => number,
): number {
  const norms = Float64Array.from(problem.blocks, block => {
    const g = gradient.subarray(block.start, block.start + block.size);
    return proxGradientNorm(problem, x, g, lipschitzOf(block), block);
  });
  return norm(norms, norms.length);
}

let scratch = new Float64Array(0);

/** L‖x_b − prox_{r_b/L}(x_b − g/L)‖₂. */
export function proxGradientNorm(
  problem: Reading['problem'],
  x: Float64Array,
  g: Float64Array,
  L: number,
  block: Reading['block'],
): number {
  if (scratch.length < block.size) scratch = new Float64Array(block.size);
  for (let i = 0; i < block.size; i++)
    scratch[i] = (x[block.start + i] as number) - (g[i] as number) / L;
  problem.penalty.prox(scratch, 1 / L, block, scratch);
  for (let i = 0; i < block.size; i++)
    scratch[i] = (x[block.start + i] as number) - (scratch[i] as number);
  return L * norm(scratch, block.size);
}

/** ‖v‖₂ of the first d entries, also where their squares overflow or vanish. */
export function norm(v: Float64Array, d: number): number {
  if (d === 1) return Math.abs(v[0]!);
  let sum = 0;
  for (let i = 0; i < d; i++) sum += v[i]! * v[i]!;
  return sum > 1e-290 && sum < Number.POSITIVE_INFINITY ? Math.sqrt(sum) : euclideanNorm(v, 0, d);
}
