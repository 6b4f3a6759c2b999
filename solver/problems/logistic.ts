import { isRefusal, type Refusal } from '../core/part.ts';
import type { ProblemPart } from '../core/problem.ts';
import { refuse } from '../core/words.ts';
import { log } from '../kernels/logistic.ts';
import { largestCorrelation } from './linear/correlations.ts';
import { type Design, linearDesign } from './linear/design.ts';
import { logisticGap } from './linear/gaps.ts';
import { linearModel } from './linear/linearModel.ts';
import { logisticLoss } from './linear/losses.ts';
import { elasticNetPenalty } from './linear/penalties.ts';
import {
  interceptSpec,
  lambdaOption,
  lambdaSpec,
  numberOption,
  ratioSpec,
  standardizeSpec,
} from './options.ts';
import { withoutPenalty } from './squares.ts';

/** F = (1/n) Σ log(1 + exp(−y_i(x_iᵀβ + β₀))) + λ(l1Ratio‖β‖₁ + (1 − l1Ratio)/2 ‖β‖²), y_i = ±1. */
export const logistic: ProblemPart = {
  name: 'logistic',
  title: 'Logistic regression',
  summary: 'F = mean log(1 + exp(−y(Xβ + β₀))) + λ(l1Ratio‖β‖₁ + (1 − l1Ratio)/2 ‖β‖²), y = ±1',
  source: 'Cox 1958; scaled as glmnet (Friedman, Hastie & Tibshirani 2010)',
  suits: 'every method but exact block minimisation; has a duality gap',
  exampleData: 'breastCancer',
  options: {
    lambda: lambdaSpec,
    l1Ratio: ratioSpec(1),
    intercept: interceptSpec,
    standardize: standardizeSpec,
  },
  build(inputs) {
    const a = linearDesign(inputs);
    if (isRefusal(a)) return a;
    const labels = signs(a.y, inputs.data?.target ?? '');
    if (isRefusal(labels)) return labels;
    const { y, low, high } = labels;
    const ratio = numberOption(inputs.options, 'l1Ratio');
    const lambdaMax = largestCorrelation(a, residualAtZero(a, y)) / ratio;
    const lambda = lambdaOption(inputs.options, lambdaMax);
    if (isRefusal(lambda)) return lambda;
    const l1 = lambda * ratio;
    const l2 = lambda * (1 - ratio);
    return linearModel({
      name: 'logistic',
      design: a,
      loss: logisticLoss(y, a),
      ridge: 0,
      soft: null,
      penalty: elasticNetPenalty(l1, l2, a.offset, a.poll),
      notes: lambda === 0 ? [withoutPenalty] : [],
      parameters: { lambda, lambdaMax, l1Ratio: ratio, positiveLabel: high, negativeLabel: low },
      certificate:
        lambda === 0
          ? null
          : {
              gap: logisticGap(a, y, l1, l2),
              nullObjective: lossAtZero(a, y),
              strength: () => l1,
            },
    });
  },
};

interface Labels {
  readonly y: Float64Array;
  readonly low: number;
  readonly high: number;
}

/** The smaller of two values becomes −1, the larger +1; anything but two values is refused. */
function signs(y: Float64Array, target: string): Labels | Refusal {
  const values = new Set<number>();
  for (const value of y) {
    values.add(value);
    if (values.size > 2) break;
  }
  if (values.size !== 2) {
    const many = values.size < 2 ? 'one value only' : 'more than two values';
    return refuse('target', target, `holds ${many}`, 'a column with two values, the two labels');
  }
  const low = Math.min(...values);
  return { y: y.map(value => (value === low ? -1 : 1)), low, high: Math.max(...values) };
}

/** The mean loss at β = 0 with the intercept fitted: the entropy of the labels, log 2 without an intercept. */
function lossAtZero(a: Design, y: Float64Array): number {
  if (a.offset === 0) return log(2);
  let positive = 0;
  for (const value of y) if (value > 0) positive++;
  const share = positive / a.n;
  return -(share * log(share) + (1 - share) * log(1 - share));
}

/** y_i q_i at β = 0 with the intercept fitted: q is the share of the other label, ½ without an intercept. */
function residualAtZero(a: Design, y: Float64Array): Float64Array {
  if (a.offset === 0) return y.map(value => value / 2);
  let positive = 0;
  for (const value of y) if (value > 0) positive++;
  const share = positive / a.n;
  return y.map(value => (value > 0 ? 1 - share : -share));
}
