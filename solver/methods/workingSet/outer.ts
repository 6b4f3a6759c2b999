import { knownLipschitz, rowsOf } from '../../core/capability.ts';
import type { MethodContext, MethodEvent, StepStart } from '../../core/method.ts';
import { type Block, largestBlock } from '../../core/problem.ts';
import type { Point, State } from '../../core/state.ts';
import { formatNumber } from '../../core/words.ts';
import { VIOLATION } from '../proximal.ts';
import { highest } from './highest.ts';

/** By block: the outer iteration at which it entered the working set, 0 outside of it. */
export const ENTERED = 'entered';
/** By block: its score when it entered, NaN outside. */
export const REASON = 'entryScore';
/** By block: dist(−∇_b f(x), ∂r_b(x_b)) at the last outer iteration; NaN where it was screened. */
export const SCORE = 'score';
/** By block: the outer iteration at which it was proven to be zero at every solution, 0 where it was not. */
export const SCREENED = 'screened';
/** Outer iterations so far. */
export const OUTER = 'outer';
/** The sweep that the last of them began. */
export const SINCE = 'outerSweep';
/** The largest score of a block that is not frozen, then. */
export const WORST = 'outerViolation';

/** For so many blocks that are not zero the set has one at most that violates nothing, beside the first p₀. */
const NEAR = 8;

/** What an outer iteration finds of the blocks. */
interface Look {
  readonly score: Float64Array;
  /** How much a block deserves to be in the set: its score, or where that is 0, less than 0 by how far it is from one. */
  readonly rank: Float64Array;
  readonly screened: Float64Array;
  readonly newlyScreened: number;
  readonly worst: number;
  /** What gradients were evaluated of. */
  readonly looked: { readonly blocks: number; readonly coordinates: number };
}

/** Outer iterations of a working set method: which blocks the next sweeps go through, and which never again. */
export class OuterIteration {
  readonly #context: MethodContext;
  readonly #gradient: Float64Array;
  readonly #part: Float64Array;

  constructor(context: MethodContext) {
    this.#context = context;
    this.#gradient = context.kernels.array(context.problem.size);
    this.#part = new Float64Array(largestBlock(context.problem.blocks));
  }

  /** At a fresh start: no block is in the set, nothing is known of any. */
  vectors(): Record<string, Float64Array> {
    const { length } = this.#context.problem.blocks;
    const unknown = () => new Float64Array(length).fill(Number.NaN);
    const none = () => new Float64Array(length);
    return { [ENTERED]: none(), [REASON]: unknown(), [SCORE]: unknown(), [SCREENED]: none() };
  }

  /** The start of a sweep: scores, screening, the new set. */
  next(state: State): StepStart {
    const { problem, options } = this.#context;
    const point = state.points['x']!;
    const number = state.scalars[OUTER]! + 1;
    const gap = problem.certificate?.gap(point.cache, point.x) ?? Number.NaN;
    const look = this.#look(state, point, options['screen'] === true ? gap : Number.NaN, number);
    const before = state.vectors[ENTERED]!;
    const chosen = this.#choose(state, point, look);
    const entered = new Float64Array(before.length);
    const reason = new Float64Array(before.length).fill(Number.NaN);
    let [size, came, left] = [0, 0, 0];
    for (let b = 0; b < before.length; b++) {
      if (chosen[b] === 0) {
        if (before[b]! > 0) left++;
        continue;
      }
      const stays = before[b]! > 0;
      size++;
      if (!stays) came++;
      entered[b] = stays ? before[b]! : number;
      reason[b] = stays ? state.vectors[REASON]![b]! : look.score[b]!;
    }
    const { score, screened, worst, looked } = look;
    const unknown = new Float64Array(before.length).fill(Number.NaN);
    return {
      points: {},
      vectors: {
        [ENTERED]: entered,
        [REASON]: reason,
        [SCORE]: score,
        [SCREENED]: screened,
        [VIOLATION]: unknown,
      },
      scalars: { [OUTER]: number, [SINCE]: state.sweep, [WORST]: worst },
      work: looked.coordinates * rowsOf(problem),
      gradients: looked.blocks,
      note: null,
      events: [told(number, { size, came, left, screened: look.newlyScreened, worst, gap })],
    };
  }

  /**
   * Scores of all blocks that were not screened. Screening: f is convex with the block bounds L_b, so ‖∇_b f(x) − ∇_b f(x*)‖ ≤
   * √(2 L_b (F(x) − F*)) at every minimiser x* (co-coercivity along the block, and −∇f(x*) ∈ ∂r(x*)); where the ball of that
   * radius around −∇_b f(x) lies within ∂r_b(0), x*_b = 0. It is the Gap Safe sphere (Ndiaye et al. 2017) about the primal
   * gradient. A frozen block may keep the run from x*; then nothing is screened.
   */
  #look(state: State, point: Point, gap: number, number: number): Look {
    const { problem } = this.#context;
    const { blocks, penalty, curvature, rounding } = problem;
    const { x, cache, drift } = point;
    const isFree = !state.frozen.includes(1);
    const old = isFree ? state.vectors[SCREENED]! : new Float64Array(blocks.length);
    const looked = this.#readGradient(point, old);
    const screened = old.slice();
    const score = new Float64Array(blocks.length).fill(Number.NaN);
    const rank = new Float64Array(blocks.length).fill(Number.NEGATIVE_INFINITY);
    const proven = isFree && gap >= 0 && curvature?.proven === true && curvature.convex;
    let worst = 0;
    let newlyScreened = 0;
    const s = this.#part;
    for (let b = 0; b < blocks.length; b++) {
      if (old[b]! > 0) continue;
      const block = blocks[b]!;
      for (let k = 0; k < block.size; k++) s[k] = -this.#gradient[block.start + k]!;
      score[b] = penalty.distance(x, s, block);
      rank[b] = score[b]!;
      if (state.frozen[b] !== 1) worst = Math.max(worst, score[b]!);
      if (score[b] !== 0 || !penalty.depth || !isZero(x, block)) continue;
      const L = knownLipschitz(problem, cache, x, block) ?? Number.NaN;
      const depth = penalty.depth(s, block);
      if (L > 0) rank[b] = -depth / Math.sqrt(L);
      const slack = rounding?.gradient(block, drift) ?? Number.NaN;
      if (!proven || !(depth > Math.sqrt(2 * L * gap) * (1 + 1e-9) + slack)) continue;
      screened[b] = number;
      rank[b] = Number.NEGATIVE_INFINITY;
      newlyScreened++;
    }
    return { score, rank, screened, newlyScreened, worst, looked };
  }

  /** ∇f of the blocks that were not screened; how many that are. */
  #readGradient({ x, cache }: Point, screened: Float64Array): Look['looked'] {
    const { problem, bulk } = this.#context;
    const among = problem.blocks.filter(({ index }) => screened[index] === 0);
    bulk.gradient(cache, x, this.#gradient, among);
    let coordinates = 0;
    for (const { size } of among) coordinates += size;
    return { blocks: among.length, coordinates };
  }

  /**
   * 1 for each block of the new set: those that are not zero or have no penalty, and the highest of the others, so many that
   * there are p₀ or about as many as are not zero, but few that violate nothing. Without pruning also what was in the set before, and twice as many as that.
   */
  #choose(state: State, { x }: Point, { rank }: Look): Uint8Array {
    const { problem, options } = this.#context;
    const { blocks, penalty } = problem;
    const prunes = options['prune'] === true;
    const before = state.vectors[ENTERED]!;
    const chosen = new Uint8Array(blocks.length);
    let [free, kept] = [0, 0];
    for (let b = 0; b < blocks.length; b++) {
      const block = blocks[b]!;
      const isFree = penalty.isZero(block);
      if (isFree) free++;
      if (!isFree && isZero(x, block) && (prunes || before[b] === 0)) continue;
      chosen[b] = 1;
      kept++;
      rank[b] = Number.NEGATIVE_INFINITY;
    }
    let violators = 0;
    for (let b = 0; b < blocks.length; b++) {
      if (state.frozen[b] === 1) rank[b] = Number.NEGATIVE_INFINITY;
      if (rank[b]! > 0) violators++;
    }
    // No sweep gains by many blocks that violate nothing.
    const near = Math.max(state.parameters['p0']!, kept / NEAR);
    const wanted = Math.max(state.parameters['p0']! + free - kept, kept - free);
    const more = highest(rank, Math.min(wanted, Math.ceil(violators + near)));
    for (let i = 0; i < more.length; i++) chosen[more[i]!] = 1;
    // A sweep has one block at least.
    if (kept + more.length === 0) chosen[0] = 1;
    return chosen;
  }
}

function isZero(x: Float64Array, { start, size }: Block): boolean {
  for (let c = start; c < start + size; c++) if (x[c] !== 0) return false;
  return true;
}

function told(
  number: number,
  found: Readonly<Record<'size' | 'came' | 'left' | 'screened' | 'worst' | 'gap', number>>,
): MethodEvent {
  const { size, came, left, screened, worst, gap } = found;
  const rest = Number.isNaN(gap) ? '' : `, gap ${formatNumber(gap)}`;
  const proven = screened === 0 ? '' : `; ${screened} more are proven to be zero`;
  return {
    name: 'workingSet',
    text: `Outer iteration ${number}: ${size} blocks in the working set, ${came} entered, ${left} left${proven}; largest violation ${formatNumber(worst)}${rest}.`,
    evidence: { outer: number, ...found },
  };
}
