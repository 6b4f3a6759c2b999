import type { MethodPart } from '../core/method.ts';

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
