import type { Block } from './problem.ts';

/** compute(block), cached after the first call. The value depends on the block alone, so calls stay pure. */
export function memo<T>(blocks: number, compute: (block: Block) => T): (block: Block) => T {
  const kept = new Array<T | undefined>(blocks);
  return block => {
    const known = kept[block.index];
    if (known !== undefined) return known;
    const value = compute(block);
    kept[block.index] = value;
    return value;
  };
}

/** create(), on the first call; the same object from then on. */
export function lazy<T>(create: () => T): () => T {
  let made: T | undefined;
  return () => {
    if (made === undefined) made = create();
    return made;
  };
}
