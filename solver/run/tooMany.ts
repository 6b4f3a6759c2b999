import type { CheckedConfig } from '../config/attributes.ts';
import type { Refusal } from '../core/part.ts';
import type { Problem } from '../core/problem.ts';
import { refuse } from '../core/words.ts';

/**
 * Blocks that a run has at most. Each has its name, its numbers in the state and its lines in the views: a million of them take
 * 0.6 GB in the solver’s process and 0.4 GB beside it.
 */
export const MOST_BLOCKS = 2 ** 20;

/** More blocks than there is memory for, with blocks that would fit; null: they fit. */
export function tooManyBlocks({ blocks, size }: Problem, config: CheckedConfig): Refusal | null {
  if (blocks.length <= MOST_BLOCKS) return null;
  const wrong = `makes ${blocks.length} blocks of ${size} coordinates, and a run has ${MOST_BLOCKS} at most`;
  if (config.problem.kind === 'module')
    return refuse('problem', config.problem.path, wrong, 'a problem of larger blocks');
  // One block may be the intercept's.
  const least = Math.ceil(size / (MOST_BLOCKS - 1));
  return refuse('blocks', config.blocks, wrong, `{"size": ${least}} or larger blocks`);
}
