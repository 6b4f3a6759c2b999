import type { StepRulePart } from '../core/method.ts';

/** t = size, for every block. */
export const fixed: StepRulePart = {
  name: 'fixed',
  title: 'Fixed',
  summary: 't = size, the same absolute step for every block.',
  source: 'constant step size',
  suits: 'pccd, vrccd and gradientDescent in the scalar metric',
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
