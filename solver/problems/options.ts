import type { OptionSpec, Options, Refusal } from '../core/part.ts';
import { refuse } from '../core/words.ts';

/** Options were checked against their specs before a problem is built; another type here is a programming error. */
export function numberOption(options: Options, name: string): number {
  const value = options[name];
  if (typeof value !== 'number') throw new Error(`option ${name} must be a number`);
  return value;
}

export function booleanOption(options: Options, name: string): boolean {
  const value = options[name];
  if (typeof value !== 'boolean') throw new Error(`option ${name} must be a boolean`);
  return value;
}

/** λ from a number ≥ 0 or "<fraction>*max", max the smallest λ whose solution is zero. */
export function lambdaOption(options: Options, max: number): number | Refusal {
  const at = 'problemOptions.lambda';
  const value = options['lambda'];
  const accepted = 'a number of at least 0, or a fraction of the maximum such as "0.1*max"';
  if (typeof value === 'number') {
    return value >= 0 && value < Number.POSITIVE_INFINITY
      ? value
      : refuse(at, value, 'is not a penalty strength', accepted);
  }
  const match = /^\s*(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)\s*\*\s*max\s*$/i.exec(
    String(value),
  );
  if (match === null) return refuse(at, value, 'is not a penalty strength', accepted);
  if (max === Number.POSITIVE_INFINITY || Number.isNaN(max)) {
    const wrong = 'is a fraction of the maximum, which does not exist while l1Ratio is 0';
    return refuse(at, value, wrong, 'a number, or l1Ratio above 0');
  }
  const lambda = Number(match[1]) * max;
  if (lambda < Number.POSITIVE_INFINITY) return lambda;
  return refuse(at, value, `is infinite, because max is ${max}`, accepted);
}

export const lambdaSpec: OptionSpec = {
  type: 'lambda',
  default: '0.1*max',
  description:
    'Strength of the penalty: a number, or "<fraction>*max", where max is the smallest value whose solution is zero.',
};

export const interceptSpec: OptionSpec = {
  type: 'boolean',
  default: true,
  description: 'Fit an unpenalised intercept, as a block of its own that comes first.',
};

export const standardizeSpec: OptionSpec = {
  type: 'boolean',
  default: false,
  description:
    'Centre the columns and divide them by their population standard deviation (sparse columns are not centred).',
};

export const ratioSpec = (value: number): OptionSpec => ({
  type: 'number',
  default: value,
  minimum: 0,
  maximum: 1,
  description: 'Share of the ℓ1 part in the penalty λ(l1Ratio‖β‖₁ + (1 − l1Ratio)/2 ‖β‖²).',
});
