import type { Block, Penalty } from '../core/problem.ts';

/** Σ_b r_b over the old blocks, as the penalty of one block that holds them. */
export function mergedPenalty(penalty: Penalty, blocks: readonly Block[]): Penalty {
  const part = new Float64Array(blocks.reduce((most, block) => Math.max(most, block.size), 1));
  const take = (u: Float64Array, block: Block): void => {
    for (let k = 0; k < block.size; k++) part[k] = u[block.start + k]!;
  };
  const total = (each: (block: Block) => number): number => {
    let s = 0;
    for (const block of blocks) s += each(block);
    return s;
  };
  return {
    value: x => total(block => penalty.value(x, block)),
    prox(u, t, _block, out) {
      for (const block of blocks) {
        take(u, block);
        penalty.prox(part, t, block, part);
        for (let k = 0; k < block.size; k++) out[block.start + k] = part[k]!;
      }
    },
    distance(x, s) {
      const squares = total(block => {
        take(s, block);
        return penalty.distance(x, part, block) ** 2;
      });
      return Math.sqrt(squares);
    },
    isZero: () => blocks.every(block => penalty.isZero(block)),
    support: x => total(block => penalty.support(x, block)),
    metricStep() {
      throw new Error('one block of everything has no matrix metric');
    },
    convexity: () =>
      blocks.reduce((least, block) => Math.min(least, penalty.convexity(block)), Infinity),
  };
}
