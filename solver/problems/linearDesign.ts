import { isRefusal, type Refusal } from '../core/part.ts';
import type { ProblemInputs } from '../core/problem.ts';
import { refuse } from '../core/refuse.ts';
import { type Design, design } from './design.ts';
import { booleanOption } from './options.ts';

/** The design that a linear problem's inputs ask for, and its y. */
export function linearDesign(
  inputs: ProblemInputs,
): (Design & { readonly y: Float64Array }) | Refusal {
  const { data, blocks, options, kernels, poll } = inputs;
  if (data === null) {
    return refuse('data', null, 'gives this problem no rows', 'a table of samples');
  }
  const intercept = booleanOption(options, 'intercept');
  const standardize = booleanOption(options, 'standardize');
  const built = design(data, blocks, { intercept, standardize }, kernels, poll);
  return isRefusal(built) ? built : { ...built, y: data.y };
}
