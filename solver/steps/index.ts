// The step rules: 1/L, a fixed step, backtracking. A rule in a file of its own takes one line in the list at the end.

import { positiveCurvature } from '../core/capability.ts';
import type { StepRulePart } from '../core/method.ts';

/** t = 1/L_b. */
export const lipschitz: StepRulePart = {
  name: 'lipschitz',
  title: '1/L',
  summary:
    't = 1/L_b, L_b the bound of the block’s curvature; 1 where f does not curve along the block.',
  source: 'Nesterov 2012',
  suits: 'blocks with a known L_b; others are probed and backtracked',
  options: {},
  create: () => ({
    name: 'lipschitz',
    searches: false,
    inverse: true,
    choose(_last, _first, L) {
      if (L === null) throw new Error('the step rule 1/L needs L_b');
      return 1 / positiveCurvature(L);
    },
  }),
};

/** t = size, for every block. */
export const fixed: StepRulePart = {
  name: 'fixed',
  title: 'Fixed',
  summary: 't = size, the same absolute step for every block.',
  source: 'constant step size',
  suits: 'methods that take a step size, in the Euclidean norm',
  options: {
    size: {
      type: 'number',
      default: null,
      exclusiveMinimum: 0,
      description: 't in prox_{t r}(x − t ∇); required.',
    },
  },
  create: options => {
    const size = options['size'] as number;
    return { name: 'fixed', searches: false, choose: () => size };
  },
};

/**
 * t ≤ 2²⁶/κ, κ the curvature seen at the start: beyond 1/(√ε κ) the rounding of the gradient alone, ε κ‖x‖, moves x by more
 * than √ε‖x‖, so a longer step resolves less than half of x's digits.
 */
const LONGEST = 2 ** 26;

/**
 * The largest t among last/factor, last, last·factor, … with f(x + d) ≤ f(x) + ⟨∇_b f, d⟩ + ‖d‖²/(2t). Starts one size
 * above the block's last step, so that steps grow again where the curvature falls; a block that does not move reveals
 * nothing about its curvature and keeps its step.
 */
export const backtracking: StepRulePart = {
  name: 'backtracking',
  title: 'Backtracking',
  summary:
    'Shrinks t by the factor until f lies below its quadratic model; grows by one factor after a visit that moved the block.',
  source: 'Beck, Teboulle 2009, with growth as in Nesterov 2013',
  suits: 'methods that can try a step, in the Euclidean norm',
  options: {
    factor: {
      type: 'number',
      default: 0.5,
      exclusiveMinimum: 0,
      maximum: 0.99,
      description: 'Factor on t when a trial step is refused.',
    },
  },
  create: options => {
    const factor = options['factor'] as number;
    return {
      name: 'backtracking',
      searches: true,
      choose(last, first, _L, trial) {
        const cap = LONGEST * first;
        let t = Math.min(last / factor, cap);
        let seen = trial(t);
        if (seen === 'still') {
          t = Math.min(last, cap);
          seen = trial(t);
        }
        // A step this small can only be refused because f is not finite.
        while (t > 1e-300 && seen === 'refused') {
          t *= factor;
          seen = trial(t);
        }
        return t;
      },
    };
  },
};

/** Every step rule, in the order they are offered. */
export const steps = [lipschitz, fixed, backtracking] as const satisfies readonly StepRulePart[];
