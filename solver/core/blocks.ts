import type { Block } from './problem.ts';

export function largestBlock(blocks: readonly Block[]): number {
  return blocks.reduce((most, block) => Math.max(most, block.size), 0);
}
