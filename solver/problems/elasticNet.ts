import type { ProblemPart } from '../core/problem.ts';
import { penalizedSquares } from './linear/penalizedSquares.ts';
import { interceptSpec, lambdaSpec, numberOption, ratioSpec, standardizeSpec } from './options.ts';

/** F = 1/(2n)‖y − Xβ − β₀‖² + λ(l1Ratio‖β‖₁ + (1 − l1Ratio)/2 ‖β‖²). */
export const elasticNet: ProblemPart = {
  name: 'elasticNet',
  title: 'Elastic net',
  summary: 'F = 1/(2n)‖y − Xβ − β₀‖² + λ(l1Ratio‖β‖₁ + (1 − l1Ratio)/2 ‖β‖²)',
  source: 'Zou & Hastie 2005; scaled as scikit-learn’s ElasticNet',
  suits: 'every method; has a duality gap',
  exampleData: 'diabetes',
  options: {
    lambda: lambdaSpec,
    l1Ratio: ratioSpec(0.5),
    intercept: interceptSpec,
    standardize: standardizeSpec,
  },
  build: inputs => penalizedSquares('elasticNet', inputs, numberOption(inputs.options, 'l1Ratio')),
};
