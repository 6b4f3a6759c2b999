import { knownLipschitz } from '../core/capability.ts';
import type { MethodPart, Metric } from '../core/method.ts';
import type { Options } from '../core/part.ts';
import type { Problem } from '../core/problem.ts';

type Refuses = MethodPart['refuses'];

/** The matrix metric needs a problem that has one. */
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

/** Is L_b known? A problem knows it of every block or of none, so that the first is asked: a module's function may take seconds. */
export function knowsBlockBounds(problem: Problem): boolean {
  const { start, blocks } = problem;
  const [first] = blocks;
  return !first || knownLipschitz(problem, problem.newCache(start), start, first) !== null;
}
