// Least squares, alone and with penalties: the lasso, the elastic net, the group lasso.

import { isRefusal, type Refusal } from '../core/part.ts';
import type { Problem, ProblemInputs, ProblemPart } from '../core/problem.ts';
import {
  largestCorrelation,
  largestGroupCorrelation,
  nullObjective,
  squaredLossAtZero,
} from './linear/correlations.ts';
import { linearDesign } from './linear/design.ts';
import { elasticNetGap, groupGap } from './linear/gaps.ts';
import { linearModel } from './linear/linearModel.ts';
import { squaredLoss } from './linear/losses.ts';
import { elasticNetPenalty, groupPenalty, zeroPenalty } from './linear/penalties.ts';
import {
  interceptSpec,
  lambdaOption,
  lambdaSpec,
  numberOption,
  ratioSpec,
  standardizeSpec,
} from './options.ts';

/** F = f = 1/(2n)‖y − Xβ − β₀‖² + ridge/2 ‖β‖². */
export const leastSquares: ProblemPart = {
  name: 'leastSquares',
  title: 'Least squares',
  summary: 'F = 1/(2n)‖y − Xβ − β₀‖² + ridge/2 ‖β‖², all of it smooth',
  source: 'Legendre 1805; Hoerl & Kennard 1970 for the ridge',
  suits: 'every method; smooth, so exact block minimisation is block Gauss–Seidel',
  exampleData: 'diabetes',
  options: {
    ridge: {
      type: 'number',
      default: 0,
      minimum: 0,
      description: 'Strength of the smooth term ridge/2 ‖β‖², which leaves the intercept alone.',
    },
    intercept: interceptSpec,
    standardize: standardizeSpec,
  },
  build(inputs) {
    const a = linearDesign(inputs);
    if (isRefusal(a)) return a;
    const ridge = numberOption(inputs.options, 'ridge');
    return linearModel({
      name: 'leastSquares',
      design: a,
      loss: squaredLoss(a.y, a),
      ridge,
      penalty: zeroPenalty(a.poll),
      soft: { l1: 0, l2: 0 },
      notes: [],
      parameters: { ridge },
      certificate: null,
    });
  },
};

/** 1/(2n)‖y − Ax‖² + λ(ratio‖β‖₁ + (1 − ratio)/2 ‖β‖²): the lasso (ratio 1) and the elastic net. */
export function penalizedSquares(
  name: string,
  inputs: ProblemInputs,
  ratio: number,
): Problem | Refusal {
  const a = linearDesign(inputs);
  if (isRefusal(a)) return a;
  const { y } = a;
  const atZero = squaredLossAtZero(a, y);
  const lambdaMax = largestCorrelation(a, atZero) / ratio;
  const lambda = lambdaOption(inputs.options, lambdaMax);
  if (isRefusal(lambda)) return lambda;
  const l1 = lambda * ratio;
  const l2 = lambda * (1 - ratio);
  return linearModel({
    name,
    design: a,
    loss: squaredLoss(y, a),
    ridge: 0,
    penalty: elasticNetPenalty(l1, l2, a.offset, a.poll),
    soft: { l1, l2 },
    notes: lambda === 0 ? [withoutPenalty] : [],
    parameters: { lambda, lambdaMax, ...(ratio === 1 ? {} : { l1Ratio: ratio }) },
    certificate:
      lambda === 0
        ? null
        : {
            gap: elasticNetGap(a, l1, l2),
            nullObjective: nullObjective(a, y, atZero),
            strength: () => l1,
          },
  });
}

export const withoutPenalty = 'λ is 0, so nothing is penalised and there is no duality gap.';

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

/** F = 1/(2n)‖y − Xβ − β₀‖² + λ Σ_g w_g‖β_g‖₂, the groups being the blocks. */
export const groupLasso: ProblemPart = {
  name: 'groupLasso',
  title: 'Group lasso',
  summary: 'F = 1/(2n)‖y − Xβ − β₀‖² + λ Σ_g w_g‖β_g‖₂, the groups being the blocks',
  source: 'Yuan & Lin 2006, eq. 2',
  suits: 'every method; blocks should be groups; has a duality gap',
  exampleData: 'diabetes',
  options: {
    lambda: lambdaSpec,
    groupWeights: {
      type: 'choice',
      default: 'sqrt',
      values: ['sqrt', 'one'],
      description: 'w_g: the root of the group’s size, or 1.',
    },
    intercept: interceptSpec,
    standardize: standardizeSpec,
  },
  build(inputs) {
    const a = linearDesign(inputs);
    if (isRefusal(a)) return a;
    const root = inputs.options['groupWeights'] === 'sqrt';
    const weights = Float64Array.from(a.blocks, block => (root ? Math.sqrt(block.size) : 1));
    const atZero = squaredLossAtZero(a, a.y);
    const lambdaMax = largestGroupCorrelation(a, atZero, weights);
    const lambda = lambdaOption(inputs.options, lambdaMax);
    if (isRefusal(lambda)) return lambda;
    const strengths = weights.map((w, b) => (b < a.offset ? 0 : lambda * w));
    const notes: string[] = [];
    if (lambda === 0) notes.push(withoutPenalty);
    if (a.blocks.every(block => block.size === 1)) {
      notes.push('Every column is a group of its own, which is the lasso; "blocks" makes groups.');
    }
    return linearModel({
      name: 'groupLasso',
      design: a,
      loss: squaredLoss(a.y, a),
      ridge: 0,
      penalty: groupPenalty(strengths, a.poll),
      soft: null,
      notes,
      parameters: { lambda, lambdaMax },
      certificate:
        lambda === 0
          ? null
          : {
              gap: groupGap(a, strengths),
              nullObjective: nullObjective(a, a.y, atZero),
              strength: ({ index }) => strengths[index]!,
            },
    });
  },
};
