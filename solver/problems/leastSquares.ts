import { isRefusal } from '../core/part.ts';
import type { ProblemPart } from '../core/problem.ts';
import { linearDesign } from './linear/design.ts';
import { linearModel } from './linear/linearModel.ts';
import { squaredLoss } from './linear/losses.ts';
import { zeroPenalty } from './linear/penalties.ts';
import { interceptSpec, numberOption, standardizeSpec } from './options.ts';

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
      notes: [],
      parameters: { ridge },
      certificate: null,
    });
  },
};
