import type { ProblemPart } from '../core/problem.ts';
import { penalizedSquares } from './linear/penalizedSquares.ts';
import { interceptSpec, lambdaSpec, standardizeSpec } from './options.ts';

/** F = 1/(2n)‖y − Xβ − β₀‖² + λ‖β‖₁. */
export const lasso: ProblemPart = {
  name: 'lasso',
  title: 'Lasso',
  summary: 'F = 1/(2n)‖y − Xβ − β₀‖² + λ‖β‖₁',
  source: 'Tibshirani 1996; scaled as scikit-learn’s Lasso, whose alpha is λ',
  suits: 'every method; has a duality gap',
  exampleData: 'diabetes',
  options: { lambda: lambdaSpec, intercept: interceptSpec, standardize: standardizeSpec },
  build: inputs => penalizedSquares('lasso', inputs, 1),
};
