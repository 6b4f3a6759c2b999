import { knownLipschitz } from '../core/capability.ts';
import type { MethodPart, Metric } from '../core/method.ts';
import type { Options } from '../core/part.ts';
import type { Problem } from '../core/problem.ts';

type Refuses = MethodPart['refuses'];

/** Refuses the matrix metric for a problem that has none. */
export const refusesMetric: Refuses = (problem, options) =>
  options['metric'] === 'matrix' && !problem.curvature?.metricMatrix
    ? {
        attribute: 'methodOptions.metric',
        value: 'matrix',
        wrong: `needs the block's Hessian as a matrix, which ${problem.name} does not give`,
        accepted: 'scalar',
      }
    : null;

export const refusesNothing: Refuses = () => null;

/** The option `metric`. */
export function chosenMetric(options: Options): Metric {
  return options['metric'] === 'matrix' ? 'matrix' : 'scalar';
}

export const scalarMetric = (): Metric => 'scalar';

/**
 * Is L_b known? A problem knows it for every block or for none, so only the first is tried: a module's function may take
 * seconds.
 */
export function knowsBlockBounds(problem: Problem): boolean {
  const { start, blocks } = problem;
  const [first] = blocks;
  return !first || knownLipschitz(problem, problem.newCache(start), start, first) !== null;
}
