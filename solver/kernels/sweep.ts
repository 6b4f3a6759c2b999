import type { columnAxpy, columnDot, columnMove, Matrix } from './columns.ts';
import { softThreshold } from './prox.ts';
import type { addScalar, sum } from './vector.ts';

/** Most updates of one call. */
export const MOST_UPDATES = 4096;

/** F(x) = ‖y − Ax‖²/(2n) + Σ_c (l1|x_c| + l2/2 x_c²) over the columns of X; A is X behind `offset` columns of ones, which no penalty holds for. */
export interface SweepSpec {
  readonly X: Matrix;
  readonly n: number;
  readonly offset: 0 | 1;
  readonly l1: number;
  readonly l2: number;
  /** L_c > 0 of each coordinate, and the most that a move of length 1 of it adds to an entry of the residual. */
  readonly curvature: Float64Array;
  readonly reach: Float64Array;
}

/** The bounds that a point carries beside its cache; each update changes them as `drifted` does. */
export interface SweepBounds {
  scale: number;
  drift: number;
  terms: number;
  span: number;
}

/**
 * Proximal steps with 1/L_c of one coordinate after another in one call: x_c ← prox_{r_c/L_c}(x_c − ∇_c f(x)/L_c). Update u is
 * of coordinate `order[u]`; the arrays hold what it read and did, to the bits of an update made alone. They are valid
 * until the next call.
 */
export interface CoordinateSweep extends SweepArrays {
  /** Whose tree of penalties `penalties` is; it is told before it becomes another's. */
  tenant: { leave(): void } | null;
  /**
   * Makes `count` updates of x, of the residual `cache` with what `squaredLoss` keeps behind it, and of its bounds; fewer where a
   * value is not finite, before that update, or after an update that leaves F not finite or a drift that `isStale`
   * would look at. Returns how many it made.
   */
  run(
    x: Float64Array,
    cache: Float64Array,
    bounds: SweepBounds,
    count: number,
    objective: boolean,
  ): number;
}

/** What a sweep reads and writes, by update or by coordinate. */
export interface SweepArrays {
  readonly order: Int32Array;
  /** ∇_c f(x), x_c after, and after − before. */
  readonly gradient: Float64Array;
  readonly value: Float64Array;
  readonly delta: Float64Array;
  /** −(∇_c f + delta L_c) ∈ ∂r_c(x_c after). */
  readonly subgradient: Float64Array;
  /** L_c |x_c − prox_{r_c/L_c}(x_c − ∇_c f(x)/L_c)|; |∇_c f| where nothing is penalised. */
  readonly mapping: Float64Array;
  /** F after the update, where it was asked for. */
  readonly objective: Float64Array;
  /** L_c and 1/L_c by coordinate. */
  readonly curvature: Float64Array;
  readonly step: Float64Array;
  /** The nodes of `SumTree` over the penalties of all coordinates: kept with x where F is asked for. */
  readonly penalties: Float64Array;
}

/**
 * A cache is recomputed when its drift bound exceeds this many times the rounding of a fresh cache: at most four of 53
 * bits are lost, and at most every sixteenth sweep pays for a fresh cache while the size of x does not change.
 */
export const TOLERATED = 16;

/** Half the nodes of the tree over so many leaves. */
export function treeHalf(leaves: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, leaves)));
}

/** A leaf ← value, and each node above it the sum of the two below. Nodes from 1, the leaves in the second half. */
export function setLeaf(nodes: Float64Array, leaf: number, value: number): void {
  let at = nodes.length / 2 + leaf;
  nodes[at] = value;
  while (at > 1) {
    at >>= 1;
    nodes[at] = nodes[2 * at]! + nodes[2 * at + 1]!;
  }
}

/** Counts `moves` coordinates into the bounds that move the entries of a cache by at most `reached` together: see `drifted`. */
export function countMoves(bounds: SweepBounds, reached: number, moves: number): void {
  bounds.scale += reached;
  bounds.drift += Number.EPSILON * moves * bounds.scale;
  bounds.terms = Math.max(1, bounds.terms - moves);
  bounds.span = Math.max(0, bounds.span - 3 * reached);
}

/**
 * Bound on what rounding makes of a cache from scratch: as many sums as x has non-zero entries, none with a partial result
 * above |cache| + 2 Σ_b reach_b ‖x_b‖₁ (the constant part of the cache is at most the cache and what x adds to it).
 */
export function freshDrift({ terms, span }: SweepBounds): number {
  return Number.EPSILON * terms * span;
}

/** Does the bound leave open whether the cache has drifted too far? */
export function isDrifted(bounds: SweepBounds): boolean {
  return bounds.drift > TOLERATED * freshDrift(bounds);
}

/** Arrays for a sweep over so many coordinates. */
export function newArrays(size: number): SweepArrays {
  const row = () => new Float64Array(MOST_UPDATES);
  return {
    order: new Int32Array(MOST_UPDATES),
    gradient: row(),
    value: row(),
    delta: row(),
    subgradient: row(),
    mapping: row(),
    objective: row(),
    curvature: new Float64Array(size),
    step: new Float64Array(size),
    penalties: new Float64Array(2 * treeHalf(size)),
  };
}

/** The loops over columns that a sweep is made of. */
export interface SweepLoops {
  readonly sum: typeof sum;
  readonly addScalar: typeof addScalar;
  readonly columnDot: typeof columnDot;
  readonly columnAxpy: typeof columnAxpy;
  readonly columnMove: typeof columnMove;
}

/** The sweep in plain loops over the columns that the kernels reach. */
export function plainSweep(
  spec: SweepSpec,
  kernels: SweepLoops,
  arrays: SweepArrays = newArrays(spec.curvature.length),
): CoordinateSweep {
  const { X, n, offset, l1, l2, reach } = spec;
  const { order, curvature, step, penalties } = arrays;
  for (const [c, L] of spec.curvature.entries()) {
    curvature[c] = L;
    step[c] = 1 / L;
  }
  const unpenalised = l1 === 0 && l2 === 0;
  const prox = (v: number, t: number) => softThreshold(v, t * l1) / (1 + t * l2);

  return {
    ...arrays,
    tenant: null,
    run(x, cache, bounds, count, objective) {
      let F = Number.NaN;
      for (let u = 0; u < count; u++) {
        const c = order[u]!;
        const column = c - offset;
        const product =
          column < 0 ? kernels.sum(cache, 0, n) : kernels.columnDot(X, column, cache, 0);
        const g = -product / n;
        const L = curvature[c]!;
        const t = step[c]!;
        const before = x[c]!;
        const free = unpenalised || column < 0;
        const forward = before - t * g;
        const value = free ? forward : prox(forward, t);
        if (!Number.isFinite(g) || !Number.isFinite(value)) return u;
        const delta = value - before;
        arrays.gradient[u] = g;
        arrays.value[u] = value;
        arrays.delta[u] = delta;
        arrays.subgradient[u] = -(g + delta / t);
        arrays.mapping[u] = free ? Math.abs(g) : L * Math.abs(before - prox(before - g / L, t));
        x[c] = value;
        if (delta !== 0) {
          if (column >= 0 && X.kind === 'sparse') kernels.columnMove(X, column, -delta, cache);
          else {
            const squares =
              column < 0
                ? kernels.addScalar(-delta, cache, 0, n)
                : kernels.columnAxpy(X, column, -delta, cache, 0);
            if (!(squares < 0)) cache[n] = squares;
            if (X.kind === 'sparse') cache[n + 1] = 0;
          }
          countMoves(bounds, reach[c]! * Math.abs(delta), 1);
        }
        if (objective) {
          if (delta !== 0 && !free) {
            const size = l1 * Math.abs(value);
            setLeaf(penalties, c, l2 === 0 ? size : size + (l2 / 2) * (value * value));
          }
          if (delta !== 0 || Number.isNaN(F)) {
            F = cache[n]! / (2 * n) + penalties[1]!;
          }
          arrays.objective[u] = F;
          if (!Number.isFinite(F)) return u + 1;
        }
        if (delta !== 0 && isDrifted(bounds)) return u + 1;
      }
      return count;
    },
  };
}
