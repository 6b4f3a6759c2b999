import type { Block, Cache, Capabilities, Estimate, Problem } from './problem.ts';

/** Something a problem may have beyond value and gradient. */
export type Capability = keyof Capabilities;

const LACKS: Readonly<Record<Capability, (problem: string) => string>> = {
  finiteSum: problem => `needs a finite sum over rows, which ${problem} is not`,
  curvature: problem => `needs the curvature of f, which ${problem} does not give`,
  exactBlock: problem => `needs an exact block minimiser, which ${problem} does not have`,
  certificate: problem => `needs a duality gap, which ${problem} does not have`,
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
 * Work over all blocks at once, which a device may do. Calls are synchronous; the implementation calls the problem's
 * poll, which throws when the user asked to pause. `out` may be longer than the result.
 */
export interface Bulk {
  /** out = ∇f(x), all coordinates. */
  gradient(cache: Cache, x: Float64Array, out: Float64Array): void;
  /** out[b] = ‖x_b − prox_{r_b/L}(x_b − ∇_b f(x)/L)‖₂ with L = curvature(b) > 0: how far each block would move with 1/L. */
  moves(
    cache: Cache,
    x: Float64Array,
    curvature: (block: Block) => number,
    out: Float64Array,
  ): void;
  /** out = the mean of ∇f_i(x) over the rows, all coordinates; null where f is no finite sum. */
  readonly batchGradient:
    | ((cache: Cache, x: Float64Array, rows: Int32Array, out: Float64Array) => void)
    | null;
  /** out = ∇²f(x) v for each of the vectors; null where the problem has no Hessian-vector product over all coordinates. */
  readonly hessianVectors:
    | ((
        cache: Cache,
        x: Float64Array,
        vectors: readonly Float64Array[],
        out: readonly Float64Array[],
      ) => void)
    | null;
}

/** Bulk work by the problem's own functions, block after block. */
export function bulkOf(problem: Problem): Bulk {
  const { blocks, finiteSum, curvature, penalty } = problem;
  const part = (out: Float64Array, { start, size }: Block) => out.subarray(start, start + size);
  const gradient = new Float64Array(problem.size);
  const moved = new Float64Array(problem.size);
  const product = curvature?.fullHessianVector ?? null;
  return {
    gradient(cache, x, out) {
      for (const block of blocks) problem.gradient(cache, x, block, part(out, block));
    },
    moves(cache, x, L, out) {
      for (const block of blocks) {
        const g = part(gradient, block);
        const u = part(moved, block);
        problem.gradient(cache, x, block, g);
        const curve = L(block);
        for (let i = 0; i < block.size; i++) u[i] = x[block.start + i]! - g[i]! / curve;
        penalty.prox(u, 1 / curve, block, u);
        let square = 0;
        for (let i = 0; i < block.size; i++) square += (u[i]! - x[block.start + i]!) ** 2;
        out[block.index] = Math.sqrt(square);
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
