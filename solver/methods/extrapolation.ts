import type { MethodContext, MethodEvent, StepStart } from '../core/method.ts';
import { newPoint, type State } from '../core/state.ts';
import { formatNumber } from '../core/words.ts';

/** How many iterates are kept since the last extrapolation: w_0 … w_{kept − 1}. */
export const KEPT = 'kept';

/** w_i of these iterates, the coordinates of the blocks that move, in their order. */
const past = (i: number): string => `past${i}`;

/**
 * Anderson extrapolation of a fixed-point iteration, every K sweeps: U = [w_1 − w_0, …, w_K − w_{K−1}], c = z/Σz with
 * (UᵀU) z = 1, w_e = Σ_{i=1}^K c_i w_i; taken where F(w_e) < F(w_K), else the iteration goes on from w_K; in both cases the
 * memory begins anew. A singular UᵀU gives no w_e. Coordinates that did not move stay to the bit. Source: Bertrand & Massias
 * 2021 (arXiv 2011.10065), in the variant of skglm, whose sum begins with w_1.
 */
export class Extrapolation {
  readonly #context: MethodContext;

  constructor(context: MethodContext) {
    this.#context = context;
  }

  /** Scalars and vectors with nothing kept. */
  static readonly empty = { [KEPT]: 0 };

  /** The start of a sweep of these blocks: the iterate is kept, or, when there are K + 1, extrapolated. */
  next(state: State, blocks: readonly number[], K: number): StepStart {
    const kept = state.scalars[KEPT]!;
    const now = this.#gather(state, blocks);
    if (kept < K) return keeps(kept, now);
    const points = Array.from({ length: K }, (_, i) => state.vectors[past(i)]!);
    points.push(now);
    const c = weights(points);
    const to = c && combine(points, c);
    if (to === null) return { ...keeps(0, now), events: [singular(state)] };
    return this.#weigh(state, blocks, now, to);
  }

  /** Moves to the extrapolated values of the blocks if F is lower there. */
  #weigh(state: State, blocks: readonly number[], now: Float64Array, to: Float64Array): StepStart {
    const { problem } = this.#context;
    const point = state.points['x']!;
    const x = point.x.slice();
    const moved: number[] = [];
    let at = 0;
    for (let i = 0; i < blocks.length; i++) {
      const { index, start, size } = problem.blocks[blocks[i]!]!;
      let moves = false;
      for (let k = 0; k < size; k++, at++) {
        if (state.frozen[index] === 1) to[at] = now[at]!;
        if (to[at] === now[at]) continue;
        x[start + k] = to[at]!;
        moves = true;
      }
      if (moves) moved.push(index);
    }
    const candidate = newPoint(problem, x);
    let fall = problem.value(point.cache, point.x) - problem.value(candidate.cache, x);
    for (let i = 0; i < moved.length; i++) {
      const block = problem.blocks[moved[i]!]!;
      fall += problem.penalty.value(point.x, block) - problem.penalty.value(x, block);
    }
    if (!(fall > 0)) return { ...keeps(0, now), values: 2, events: [refused(state, fall)] };
    const start = keeps(0, to);
    return { ...start, points: { x: candidate }, moved, values: 2, events: [taken(state, fall)] };
  }

  /** The coordinates of the blocks. */
  #gather(state: State, blocks: readonly number[]): Float64Array {
    const all = this.#context.problem.blocks;
    const { x } = state.points['x']!;
    let size = 0;
    for (let i = 0; i < blocks.length; i++) size += all[blocks[i]!]!.size;
    const out = new Float64Array(size);
    let at = 0;
    for (let i = 0; i < blocks.length; i++) {
      const block = all[blocks[i]!]!;
      for (let k = 0; k < block.size; k++) out[at++] = x[block.start + k]!;
    }
    return out;
  }
}

/** The iterate is kept as the one of this place. */
function keeps(place: number, values: Float64Array): StepStart {
  return {
    points: {},
    vectors: { [past(place)]: values },
    scalars: { [KEPT]: place + 1 },
    work: 0,
    gradients: 0,
    note: null,
  };
}

/** c with Σ c = 1 that makes ‖U c‖ least, U the differences of the points; null where UᵀU is singular. */
export function weights(points: readonly Float64Array[]): Float64Array | null {
  const K = points.length - 1;
  const gram = new Float64Array(K * K);
  const [length] = points.map(point => point.length);
  const step = new Float64Array(K);
  for (let at = 0; at < length!; at++) {
    for (let i = 0; i < K; i++) step[i] = points[i + 1]![at]! - points[i]![at]!;
    for (let i = 0; i < K; i++)
      for (let j = 0; j <= i; j++) gram[i * K + j] = gram[i * K + j]! + step[i]! * step[j]!;
  }
  const z = solveOnes(gram, K);
  if (z === null) return null;
  const sum = z.reduce((total, value) => total + value, 0);
  const c = z.map(value => value / sum);
  return c.every(Number.isFinite) ? c : null;
}

/** z with G z = 1 by G = L Lᵀ, G given by its lower triangle; null where a pivot is no more than the rounding of its entry. */
function solveOnes(gram: Float64Array, K: number): Float64Array | null {
  const z = new Float64Array(K);
  for (let i = 0; i < K; i++) {
    let y = 1;
    for (let j = 0; j <= i; j++) {
      const entry = gram[i * K + j]!;
      let s = entry;
      for (let l = 0; l < j; l++) s -= gram[i * K + l]! * gram[j * K + l]!;
      if (i > j) {
        s /= gram[j * K + j]!;
        y -= s * z[j]!;
      } else if (s > 4 * Number.EPSILON * entry) s = Math.sqrt(s);
      else return null;
      gram[i * K + j] = s;
    }
    z[i] = y / gram[i * K + i]!;
  }
  for (let i = K - 1; i >= 0; i--) {
    for (let l = i + 1; l < K; l++) z[i] = z[i]! - gram[l * K + i]! * z[l]!;
    z[i] = z[i]! / gram[i * K + i]!;
  }
  return z;
}

/** Σ_{i=1}^K c_i w_i as w_K + Σ_{i<K} c_i (w_i − w_K), so that what is the same in all of them stays to the bit. */
function combine(points: readonly Float64Array[], c: Float64Array): Float64Array {
  const K = c.length;
  const last = points[K]!;
  const out = last.slice();
  for (let i = 1; i < K; i++) {
    const point = points[i]!;
    for (let at = 0; at < out.length; at++)
      out[at] = out[at]! + c[i - 1]! * (point[at]! - last[at]!);
  }
  return out;
}

const taken = ({ sweep }: State, fall: number): MethodEvent => ({
  name: 'extrapolated',
  text: `Extrapolated before sweep ${sweep}: F fell by ${formatNumber(fall)}.`,
  evidence: { sweep, fall },
});

const refused = ({ sweep }: State, fall: number): MethodEvent => ({
  name: 'extrapolationRefused',
  text: `Extrapolation refused before sweep ${sweep}: ${
    fall <= 0 ? `F would have risen by ${formatNumber(-fall)}` : 'F would not have been finite'
  }.`,
  evidence: { sweep, fall },
});

const singular = ({ sweep }: State): MethodEvent => ({
  name: 'extrapolationRefused',
  text: `No extrapolation before sweep ${sweep}: the last moves are dependent.`,
  evidence: { sweep },
});
