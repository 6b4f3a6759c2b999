import { type OrderingPart, oneByOne } from '../core/ordering.ts';

/** Gauss–Southwell-r: argmax_b ‖prox_{r_b/L_b}(x_b − ∇_b f/L_b) − x_b‖; the lowest index on ties. Costs one pass an update. */
export const greedy: OrderingPart = {
  name: 'greedy',
  title: 'Greedy',
  summary:
    'The block that would move farthest (Gauss–Southwell-r); the gradients of all blocks are counted.',
  source: 'Nutini et al. 2015, GS-r',
  suits: 'everything but methods that need each block once a sweep',
  options: {},
  eachBlockOnce: false,
  sets: false,
  scored: true,
  fits: () => null,
  create: ({ blocks }) =>
    oneByOne(blocks.length, (_sweep, _place, _since, scores) => {
      const score = scores();
      let best = 0;
      for (let b = 1; b < blocks.length; b++) {
        if ((score[b] as number) > (score[best] as number)) best = b;
      }
      return best;
    }),
};
