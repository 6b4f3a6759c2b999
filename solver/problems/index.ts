import type { ProblemPart } from '../core/problem.ts';
import { elasticNet } from './elasticNet.ts';
import { groupLasso } from './groupLasso.ts';
import { lasso } from './lasso.ts';
import { leastSquares } from './leastSquares.ts';

/** Every built-in problem. */
export const problems = [
  leastSquares,
  lasso,
  elasticNet,
  groupLasso,
] as const satisfies readonly ProblemPart[];
