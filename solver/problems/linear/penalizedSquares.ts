import { isRefusal, type Refusal } from '../../core/part.ts';
import type { Problem, ProblemInputs } from '../../core/problem.ts';
import { lambdaOption } from '../options.ts';
import { largestCorrelation, nullObjective, squaredLossAtZero } from './correlations.ts';
import { linearDesign } from './design.ts';
import { elasticNetGap } from './gaps.ts';
import { linearModel } from './linearModel.ts';
import { squaredLoss } from './losses.ts';
import { elasticNetPenalty } from './penalties.ts';

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
