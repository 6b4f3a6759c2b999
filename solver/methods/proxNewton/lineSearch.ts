import { roundingOfSum } from '../../core/capability.ts';
import type { MethodContext, MethodEvent, StepStart } from '../../core/method.ts';
import { type Block, largestBlock, type Problem } from '../../core/problem.ts';
import { newPoint, type Point, type State } from '../../core/state.ts';
import { formatNumber } from '../../core/words.ts';
import { gradientWork } from '../room.ts';

/** F must fall by this fraction of what its linear model and r promise. */
const ARMIJO = 0.01;
/** Halvings of a step at most. */
const HALVINGS = 40;

/** What a search along a direction found; `x` null where it does not move. */
export interface Searched extends Pick<StepStart, 'work' | 'gradients'> {
  readonly x: Point | null;
  readonly moved: readonly number[];
  readonly values: number;
  readonly events: readonly MethodEvent[];
}

/**
 * x⁺ = x + t d, d = z − x on the blocks that are not frozen, t the first of 1, ½, ¼, … with F(x + t d) ≤ F(x) + t Δ/100,
 * Δ = ⟨∇f(x), d⟩ + r(x + d) − r(x) < 0, which bounds F's slope along d. Where the rounding of F hides both sides, and also
 * that of Δ its sign, t = 1 is taken. No t, or a Δ ≥ 0, leaves x. Source: Tseng & Yun 2009.
 */
export function searchAlong(
  context: MethodContext,
  state: State,
  point: Point,
  z: Float64Array,
): Searched {
  const { problem } = context;
  const { blocks, penalty } = problem;
  const { x, cache } = point;
  const moved = blocks.filter(b => state.frozen[b.index] !== 1 && differ(x, z, b));
  if (moved.length === 0)
    return { x: null, moved: [], values: 0, work: 0, gradients: 0, events: [] };
  const g = new Float64Array(largestBlock(blocks));
  let slope = 0;
  /** Σ of the sizes of its terms, which cancel as x nears the minimum. */
  let size = 0;
  let work = 0;
  for (const block of moved) {
    problem.gradient(cache, x, block, g);
    work += gradientWork(context, block);
    const before = penalty.value(x, block);
    const after = penalty.value(z, block);
    slope += after - before;
    size += Math.abs(after) + Math.abs(before);
    for (let k = 0; k < block.size; k++) {
      const term = g[k]! * (z[block.start + k]! - x[block.start + k]!);
      slope += term;
      size += Math.abs(term);
    }
  }
  const base = problem.value(cache, x);
  const ulps = roundingOfSum(problem);
  const counted = { work, gradients: moved.length };
  const falls = slope < 0;
  let values = 1;
  for (let halving = 0, t = 1; halving <= HALVINGS && slope < ulps * size; halving++, t /= 2) {
    const candidate = newPoint(problem, between(x, z, t, moved));
    const after = problem.value(candidate.cache, candidate.x);
    values++;
    const fall = base - after + penaltyFall(problem, x, candidate.x, moved);
    const rounding = ulps * (Math.abs(base) + Math.abs(after));
    const hidden = Math.abs(fall) <= rounding && -t * slope <= rounding;
    if (!hidden && !(falls && fall >= -ARMIJO * t * slope)) continue;
    const events = t < 1 ? [shortened(state, t, fall)] : [];
    return { ...counted, x: candidate, moved: moved.map(b => b.index), values, events };
  }
  return { ...counted, x: null, moved: [], values, events: [refused(state, slope)] };
}

function differ(x: Float64Array, z: Float64Array, { start, size }: Block): boolean {
  for (let c = start; c < start + size; c++) if (x[c] !== z[c]) return true;
  return false;
}

/** x + t (z − x) in these blocks, z itself at t = 1. */
function between(
  x: Float64Array,
  z: Float64Array,
  t: number,
  blocks: readonly Block[],
): Float64Array {
  const out = x.slice();
  for (const { start, size } of blocks)
    for (let c = start; c < start + size; c++)
      out[c] = t === 1 ? z[c]! : x[c]! + t * (z[c]! - x[c]!);
  return out;
}

function penaltyFall(
  { penalty }: Problem,
  x: Float64Array,
  after: Float64Array,
  blocks: readonly Block[],
): number {
  let fall = 0;
  for (const block of blocks) fall += penalty.value(x, block) - penalty.value(after, block);
  return fall;
}

const shortened = ({ sweep }: State, t: number, fall: number): MethodEvent => ({
  name: 'newtonStepShortened',
  text: `Newton step before sweep ${sweep} shortened to t = ${formatNumber(t)}: F fell by ${formatNumber(fall)}.`,
  evidence: { sweep, t, fall },
});

const refused = ({ sweep }: State, slope: number): MethodEvent => ({
  name: 'newtonStepRefused',
  text: `Newton step refused before sweep ${sweep}: F falls along it by no step, its slope is ${formatNumber(slope)}.`,
  evidence: { sweep, slope },
});
