import type { Block, Cache, Capabilities, Estimate, Problem } from './problem.ts';

/** Something a problem may have beyond value and gradient. */
export type Capability = keyof Capabilities;

const LACKS: Readonly<Record<Capability, (problem: string) => string>> = {
  finiteSum: problem => `needs a finite sum over rows, which ${problem} is not`,
  curvature: problem => `needs the curvature of f, which ${problem} does not give`,
  exactBlock: problem => `needs an exact block minimiser, which ${problem} does not have`,
  certificate: problem => `needs a duality gap, which ${problem} does not have`,
};

/** Why a part with these needs does not suit the problem, to be put after the part's name; null where it does. */
export function lacks(problem: Problem, needs: readonly Capability[]): string | null {
  const missing = needs.find(need => problem[need] === null);
  return missing === undefined ? null : LACKS[missing](problem.name);
}

/** n of a finite sum; 1 where f is none, so that work in rows × coordinates is in coordinates. */
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

/** A curvature to divide by: L, or 1 where f does not curve, since every step suits a block along which f is flat. */
export function positiveCurvature(L: number): number {
  return L > 0 ? L : 1;
}

/**
 * L > 0 in the gradient mapping L(x_b − prox_{r_b/L}(x_b − ∇_b f/L)), which is 0 at the same points for every L: L_b, and
 * where the problem does not know it the curvature `probed` at the start. Never a step that was taken.
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
