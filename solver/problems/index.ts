import type { ProblemPart } from '../core/problem.ts';
import { logistic } from './logistic.ts';
import { quadratic } from './quadratic.ts';
import { elasticNet, groupLasso, lasso, leastSquares } from './squares.ts';

/** Every built-in problem. */
export const problems = [
  leastSquares,
  lasso,
  elasticNet,
  groupLasso,
  logistic,
  quadratic,
] as const satisfies readonly ProblemPart[];
