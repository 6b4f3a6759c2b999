import type { ProblemPart } from '../core/problem.ts';
import { elasticNet } from './elasticNet.ts';
import { groupLasso } from './groupLasso.ts';
import { lasso } from './lasso.ts';
import { leastSquares } from './leastSquares.ts';
import { logistic } from './logistic.ts';
import { quadratic } from './quadratic.ts';

/** Every built-in problem. */
export const problems = [
  leastSquares,
  lasso,
  elasticNet,
  groupLasso,
  logistic,
  quadratic,
] as const satisfies readonly ProblemPart[];
