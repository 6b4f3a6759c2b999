import type { Entry, MethodContext } from '../core/method.ts';
import type { Problem } from '../core/problem.ts';
import type { Point } from '../core/state.ts';
import { euclideanNorm } from '../kernels/prox.ts';

/** ⟨d, ∇²f d⟩/‖d‖², d the move of these entries divided by its longest entry, so that no square underflows. */
export function curvatureAlong(
  { problem }: MethodContext,
  { x, cache }: Point,
  set: readonly Entry[],
  longest: number,
): number {
  const { curvature } = problem;
  if (!curvature) return Number.NaN;
  const { block, moves } = set[0]!;
  const whole = set.length > 1;
  const scratch = scratchOf(problem, whole ? problem.size : block.size);
  const { direction, product } = scratch;
  if (!whole) {
    const { delta } = moves[0]!;
    for (let i = 0; i < block.size; i++) direction[i] = delta[i]! / longest;
    curvature.hessianVector(cache, x, block, direction, product);
    return quotient(direction, product, block.size);
  }
  direction.fill(0);
  for (const { block: own, moves: ownMoves } of set) {
    const { delta } = ownMoves[0]!;
    for (let i = 0; i < own.size; i++) direction[own.start + i] = delta[i]! / longest;
  }
  if (curvature.fullHessianVector) curvature.fullHessianVector(cache, x, direction, product);
  else differenceVector(problem, x, direction, product);
  return quotient(direction, product, problem.size);
}

function quotient(direction: Float64Array, product: Float64Array, size: number): number {
  let curvature = 0;
  let square = 0;
  for (let i = 0; i < size; i++) {
    curvature += direction[i]! * product[i]!;
    square += direction[i]! * direction[i]!;
  }
  return curvature / square;
}

const kept = new WeakMap<Problem, { direction: Float64Array; product: Float64Array }>();

function scratchOf(problem: Problem, size: number) {
  const known = kept.get(problem);
  if (known && known.direction.length >= size) return known;
  const made = { direction: new Float64Array(size), product: new Float64Array(size) };
  kept.set(problem, made);
  return made;
}

/** out = ∇²f(x) v from central differences of the gradient: relative error about 1e-9 where f is well scaled. */
function differenceVector(
  problem: Problem,
  x: Float64Array,
  v: Float64Array,
  out: Float64Array,
): void {
  const { blocks, size } = problem;
  const norm = euclideanNorm(v, 0, size);
  const h = (6e-6 * (1 + euclideanNorm(x, 0, size))) / norm;
  const at = new Float64Array(size);
  const part = new Float64Array(size);
  for (const sign of [1, -1]) {
    for (let c = 0; c < size; c++) at[c] = x[c]! + sign * h * v[c]!;
    const cache = problem.newCache(at);
    for (const block of blocks) {
      problem.gradient(cache, at, block, part);
      for (let k = 0; k < block.size; k++) {
        const c = block.start + k;
        out[c] = sign === 1 ? part[k]! : (out[c]! - part[k]!) / (2 * h);
      }
    }
  }
}
