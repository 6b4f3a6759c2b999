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
    choose(_last, _first, L) {
      if (L === null) throw new Error('the step rule 1/L needs L_b');
      return 1 / positiveCurvature(L);
    },
  }),
};
