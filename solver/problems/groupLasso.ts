import { isRefusal } from '../core/part.ts';
import type { ProblemPart } from '../core/problem.ts';
import {
  largestGroupCorrelation,
  nullObjective,
  squaredLossAtZero,
} from './linear/correlations.ts';
import { linearDesign } from './linear/design.ts';
import { groupGap } from './linear/gaps.ts';
import { linearModel } from './linear/linearModel.ts';
import { squaredLoss } from './linear/losses.ts';
import { withoutPenalty } from './linear/penalizedSquares.ts';
import { groupPenalty } from './linear/penalties.ts';
import { interceptSpec, lambdaOption, lambdaSpec, standardizeSpec } from './options.ts';

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
