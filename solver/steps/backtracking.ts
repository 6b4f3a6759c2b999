import type { StepRulePart } from '../core/stepRule.ts';

/**
 * The largest t among last/factor, last, last·factor, … with f(x + d) ≤ f(x) + ⟨∇_b f, d⟩ + ‖d‖²/(2t).
 * Starts one size above the block's last step, so that steps grow again where the curvature falls.
 */
export const backtracking: StepRulePart = {
  name: 'backtracking',
  title: 'Backtracking',
  summary:
    'Shrinks t by the factor until f lies below its quadratic model; grows by one factor at each visit.',
  source: 'Beck, Teboulle 2009, with growth as in Nesterov 2013',
  suits: 'pccd and gradientDescent in the scalar metric',
  options: {
    factor: {
      type: 'number',
      default: 0.5,
      exclusiveMinimum: 0,
      maximum: 0.99,
      description: 'What t is multiplied by after a refusal.',
    },
  },
  create: options => {
    const factor = options['factor'] as number;
    return {
      name: 'backtracking',
      choose(last, _L, accept) {
        let t = Math.min(last / factor, Number.MAX_VALUE);
        // A step as small as this is none: only an f that is not finite refuses it.
        while (t > 1e-300 && !accept(t)) t *= factor;
        return t;
      },
    };
  },
};
