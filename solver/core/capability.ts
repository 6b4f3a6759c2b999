import { askable, Lost } from '../kernels/products.ts';
import type { Bulk } from './bulk.ts';
import {
  type Block,
  type Cache,
  type Capabilities,
  type Estimate,
  largestBlock,
  type Problem,
} from './problem.ts';

/** Something a problem may have beyond value and gradient. */
export type Capability = keyof Capabilities;

const LACKS: Readonly<Record<Capability, (problem: string) => string>> = {
  finiteSum: problem => `needs a finite sum over rows, which ${problem} is not`,
  curvature: problem => `needs the curvature of f, which ${problem} does not give`,
  exactBlock: problem => `needs an exact block minimiser, which ${problem} does not have`,
  certificate: problem => `needs a duality gap, which ${problem} does not have`,
  newtonModel: problem =>
    `needs a loss over the rows of a linear model, whose curvatures weigh them, which ${problem} does not have`,
};

/** Why a part with these needs does not suit the problem, worded to follow the part's name; null where it does. */
export function lacks(problem: Problem, needs: readonly Capability[]): string | null {
  const missing = needs.find(need => problem[need] === null);
  return missing === undefined ? null : LACKS[missing](problem.name);
}

/** n of a finite sum; 1 where f is not one, so that work in rows × coordinates is then work in coordinates. */
export function rowsOf({ finiteSum }: Problem): number {
  return finiteSum?.rows ?? 1;
}

/** A sum of the terms of f, all of one sign, is off by at most this fraction of itself, in whatever order it is taken. */
export function roundingOfSum({ finiteSum, size }: Problem): number {
  return (finiteSum?.rows ?? size) * Number.EPSILON;
}

/** L_b at x; null where the problem knows none. */
export function knownLipschitz(
  problem: Problem,
  cache: Cache,
  x: Float64Array,
  block: Block,
): number | null {
  return problem.curvature?.lipschitz(cache, x, block) ?? null;
}

/**
 * A curvature to divide by: L, or 1 where f does not curve, or so little that 1/L overflows, since every step suits a
 * block along which f is flat.
 */
export function positiveCurvature(L: number): number {
  return L > 0 && 1 / L < Number.POSITIVE_INFINITY ? L : 1;
}

/**
 * L > 0 in the gradient mapping L(x_b − prox_{r_b/L}(x_b − ∇_b f/L)), which is 0 at the same points for every L: L_b, and
 * where the problem does not know it the curvature `probed` at the start. It is never derived from a step size.
 */
export function mappingCurvature(
  problem: Problem,
  cache: Cache,
  x: Float64Array,
  block: Block,
  probed: (block: Block) => number,
): number {
  const L = knownLipschitz(problem, cache, x, block) ?? probed(block);
  return positiveCurvature(L);
}

/** λ_max(∇²_bb f(x)); NaN where the problem has no curvature. */
export function sharpnessOf(
  problem: Problem,
  cache: Cache,
  x: Float64Array,
  block: Block,
): Estimate {
  return problem.curvature?.sharpness(cache, x, block) ?? { value: Number.NaN, error: Number.NaN };
}

/**
 * Bulk work by the problem's own functions, block after block, in float64. A device, where one holds the data, only spares
 * scores that are too small to matter.
 */
export function bulkOf(problem: Problem): Bulk {
  const { blocks, finiteSum, curvature, device } = problem;
  const part = (out: Float64Array, { start, size }: Block) => out.subarray(start, start + size);
  const gradient = new Float64Array(problem.size);
  const moved = new Float64Array(largestBlock(blocks));
  const product = curvature?.fullHessianVector ?? null;
  return {
    gradient(cache, x, out, among = blocks) {
      if (problem.gradients) problem.gradients(cache, x, among, out);
      else for (const block of among) problem.gradient(cache, x, block, part(out, block));
    },
    moves(cache, x, L, out, idle) {
      if (askable(device?.products ?? null)) {
        try {
          device!.moves(cache, x, L, out, idle);
          return;
        } catch (error) {
          if (!(error instanceof Lost)) throw error;
        }
      }
      if (problem.gradients) problem.gradients(cache, x, blocks, gradient);
      for (const block of blocks) {
        if (!problem.gradients) problem.gradient(cache, x, block, part(gradient, block));
        out[block.index] = moveOf(problem, x, block, gradient, L(block), moved);
      }
    },
    batchGradient:
      finiteSum &&
      ((cache, x, rows, out) => {
        for (const block of blocks)
          finiteSum.sampleGradient(cache, x, block, rows, part(out, block));
      }),
    hessianVectors:
      product &&
      ((cache, x, vectors, out) => {
        for (const [i, v] of vectors.entries()) product(cache, x, v, out[i]!);
      }),
  };
}

/** ‖x_b − prox_{r_b/L}(x_b − g_b/L)‖₂, g as long as x; `u` is scratch of the block's size. */
export function moveOf(
  { penalty }: Pick<Problem, 'penalty'>,
  x: Float64Array,
  block: Block,
  g: Float64Array,
  L: number,
  u: Float64Array,
): number {
  for (let i = 0; i < block.size; i++) u[i] = x[block.start + i]! - g[block.start + i]! / L;
  penalty.prox(u, 1 / L, block, u);
  let square = 0;
  for (let i = 0; i < block.size; i++) square += (u[i]! - x[block.start + i]!) ** 2;
  return Math.sqrt(square);
}
