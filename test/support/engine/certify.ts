// What the theorems measure: objectives, gradients and distances computed afresh from x, how much of them is rounding, and
// everything that can be inspected in a run.
import type { BreakpointSet } from '../../../solver/breakpoints/breakpointSet.ts';
import { prepareBreakpoints } from '../../../solver/breakpoints/prepare.ts';
import type { Entry } from '../../../solver/core/method.ts';
import type { Block, Problem } from '../../../solver/core/problem.ts';
import type { State } from '../../../solver/core/state.ts';
import { variables } from '../../../solver/run/inspect/variables.ts';
import type { Recipe } from '../../../solver/run/recipe.ts';
import type { Run } from '../../../solver/run/run.ts';
import { Stepper } from '../../../solver/run/update/stepper.ts';
import type { BreakpointSpec } from '../../../solver/wire/protocol.ts';
import { dotOf, gradientOf, normOf, objective, slice } from '../../unit/problems/cases.ts';
import type { Instance } from './instances.ts';
import { recipeOf, type Way } from './matrix.ts';

/** The recipe of a pair from `accepted` or `thinned`. */
export function given(instance: Instance, way: Way, rest?: Parameters<typeof recipeOf>[2]): Recipe {
  const recipe = recipeOf(instance, way, rest);
  if (recipe === null) throw new Error(`${instance.title}; ${way.title} is refused`);
  return recipe;
}

/** Runs a check on pairs and says which one failed. */
export function every(
  pairs: readonly (readonly [Instance, Way])[],
  check: (instance: Instance, way: Way) => void,
): void {
  if (pairs.length === 0) throw new Error('nothing to check');
  for (const [instance, way] of pairs) {
    try {
      check(instance, way);
    } catch (error) {
      throw new Error(`${instance.title}; ${way.title}: ${error}`, { cause: error });
    }
  }
}

export function iterateOf(recipe: Recipe, state: State): Float64Array {
  const point = state.points[recipe.method.iterate];
  if (point === undefined) throw new Error('no iterate');
  return point.x;
}

/** One update: the iterate before and after it. */
export interface Update {
  readonly k: number;
  /** The first of the blocks that moved, and what was done to each. */
  readonly block: Block;
  readonly entries: readonly Entry[];
  readonly before: Float64Array;
  readonly after: Float64Array;
  /** The step that was taken; NaN where the method has none. */
  readonly t: number;
  /** The gradient, or its estimate, that was used. */
  readonly g: Float64Array;
  readonly sweepEnds: boolean;
}

/** Makes updates and passes each to the callback. */
export function updates(
  recipe: Recipe,
  count: number,
  each: (update: Update, stepper: Stepper) => void,
): Stepper {
  const stepper = new Stepper(recipe);
  for (let k = 1; k <= count; k++) {
    const before = iterateOf(recipe, stepper.state).slice();
    const { block, proposal, sweepEnds } = stepper.commit();
    const { entries } = proposal;
    const [first] = entries;
    const after = iterateOf(recipe, stepper.state).slice();
    const g = first!.gradient.slice(0, block.size);
    each({ k, block, entries, before, after, t: first!.stepSize, g, sweepEnds }, stepper);
  }
  return stepper;
}

export function fullGradient(problem: Problem, x: Float64Array): Float64Array {
  const out = new Float64Array(problem.size);
  for (const block of problem.blocks) out.set(gradientOf(problem, x, block), block.start);
  return out;
}

/** dist(0, ∂_b F(x)): of −∇_b f(x) to ∂r_b(x_b). */
export function blockDistance(problem: Problem, x: Float64Array, block: Block): number {
  const g = gradientOf(problem, x, block);
  return problem.penalty.distance(
    x,
    g.map(value => -value),
    block,
  );
}

/** dist(0, ∂F(x)). */
export function distance(problem: Problem, x: Float64Array): number {
  return Math.sqrt(
    problem.blocks.reduce((sum, block) => sum + blockDistance(problem, x, block) ** 2, 0),
  );
}

/** ‖d‖²_Λ of a block's move, Λ = L_b I or the block's Hessian (bound). */
export function squaredLength(
  problem: Problem,
  block: Block,
  d: Float64Array,
  matrix: boolean,
): number {
  if (!matrix) return lipschitzOf(problem, block) * dotOf(d, d);
  const H = problem.curvature!.metricMatrix!(block);
  let sum = 0;
  for (let i = 0; i < block.size; i++) {
    for (let j = 0; j < block.size; j++) sum += d[i]! * H[i * block.size + j]! * d[j]!;
  }
  return sum;
}

export function lipschitzOf(problem: Problem, block: Block): number {
  const L = problem.curvature!.lipschitz(problem.newCache(problem.start), problem.start, block);
  if (L === null) throw new Error(`no L of ${block.name}`);
  return L;
}

/** A bound on the rounding of F(x): its terms are at most as large as these, and there are fewer than a hundred of them. */
export function rounding(problem: Problem, x: Float64Array): number {
  const g = fullGradient(problem, x);
  const products = x.reduce((sum, value, i) => sum + Math.abs(value * g[i]!), 0);
  const atZero = objective(problem, new Float64Array(problem.size));
  return 100 * Number.EPSILON * (Math.abs(objective(problem, x)) + products + Math.abs(atZero));
}

export function difference(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value - b[i]!);
}

/** ‖a − b‖ relative to the larger norm, or to 1. */
export function apart(a: Float64Array, b: Float64Array): number {
  return normOf(difference(a, b)) / Math.max(1, normOf(a), normOf(b));
}

export { dotOf, gradientOf, normOf, objective, slice };

/** Reads everything there is to read. */
export function look(run: Run): void {
  const { problem, inspector } = run;
  for (const name of inspector.metrics.keys()) {
    inspector.metric(name, null);
    for (const block of problem.blocks) inspector.metric(name, block);
  }
  for (const scope of ['Block', 'Sweep', 'Run', 'Parameters'] as const) {
    for (const { children } of variables(run, scope, [], 0, Number.POSITIVE_INFINITY)) {
      if (children) variables(run, scope, children, 0, Number.POSITIVE_INFINITY);
    }
  }
  run.position();
}

/** Breakpoints everywhere, whose conditions read expensive values and never hold. */
export function watching(run: Run): BreakpointSet {
  const first = run.problem.blocks[0]!.name;
  const last = run.problem.blocks.at(-1)!.name;
  const never = `sharpness("${first}") + gradNorm("${last}") < 0 || k < 0`;
  const logMessage = `{objective} {gradNorm} {prev(gradNorm)} {norm("${first}")}`;
  const at: readonly (readonly [BreakpointSpec['at'], Partial<BreakpointSpec>])[] = [
    [{ kind: 'block', block: last, function: false }, { condition: never }],
    [{ kind: 'sweep', function: true }, { logMessage }],
    [{ kind: 'phase', phase: 'prox' }, { condition: never }],
    [{ kind: 'data', metric: 'gradNorm', block: first }, { condition: never }],
    [{ kind: 'data', metric: 'objective', block: null }, { hitCondition: '>= 1000000000' }],
    ...(['divergence', 'stepTooLong', 'stall', 'nonfinite'] as const).map(
      finding => [{ kind: 'finding', finding }, { condition: never }] as const,
    ),
  ];
  const set = prepareBreakpoints(
    at.map(([place, rest], i) => ({ id: `${i}`, at: place, ...rest })),
    run.inspector.before(),
  );
  const wrong = set.statuses.find(status => !status.verified);
  if (wrong) throw new Error(wrong.message);
  return set;
}
