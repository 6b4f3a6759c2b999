import type { Measure, Reading, Verdict, Watcher } from '../core/diagnostic.ts';
import { short } from '../core/words.ts';
import { stepProduct } from './mapping.ts';

/** The rounding of a step and of a sharpness. */
const SLACK = 1 + 1e-9;
/** A step counts as short again below this fraction of the limit. */
const OVER = 0.9;

/**
 * A block's step times its sharpness is above 2. Not reported for steps that passed the backtracking test, nor for blocks
 * that did not move.
 */
export const stepTooLong: Verdict = {
  finding: 'stepTooLong',
  title: 'Step too long',
  summary: 'A step is above what the block’s sharpness allows.',
  stops: false,
  options: {
    limit: {
      type: 'number',
      default: 2,
      exclusiveMinimum: 0,
      description: 'Step × sharpness above which a step is too long.',
    },
  },
  create({ blocks }, { limit = 0 }) {
    /**
     * Step × sharpness; where the curvature bound already shows that the step is short enough, step × that bound, which
     * needs no eigenvalue.
     */
    const product: Measure = {
      when: 'read',
      evaluate(reading: Reading) {
        const { stepSize, metric, tried, moves } = reading.entry;
        if (Number.isNaN(stepSize) || tried || moves.length === 0) return Number.NaN;
        const most = metric === 'matrix' ? stepSize : stepSize * reading.curvatureBound();
        return most <= limit * OVER ? most : stepProduct(reading);
      },
    };
    const watcher: Watcher & { memory: Map<number, number> } = {
      needs: [product],
      /** Products above the limit, by block index. */
      memory: new Map(),
      moved({ entry, values }) {
        const tooLong = watcher.memory;
        const { block, stepSize, moves } = entry;
        const now = values[0]!;
        if (!(now > limit * SLACK)) {
          if (tooLong.size > 0 && now < limit * OVER) tooLong.delete(block.index);
          return null;
        }
        const isNews = !tooLong.has(block.index);
        if (isNews && !moves.some(({ delta }) => delta.subarray(0, block.size).some(d => d !== 0)))
          return null;
        tooLong.set(block.index, now);
        if (!isNews) return null;
        const sharpness = now / stepSize;
        return {
          block: block.name,
          text: `The step of ${block.name}, ${short(stepSize)}, is longer than ${short(limit)} over its sharpness ${short(sharpness)} (${short(limit / sharpness)}): step × sharpness is ${short(now)}.`,
          evidence: { stepSize, sharpness, stepTimesSharpness: now, limit: limit / sharpness },
        };
      },
      suspicion() {
        let worst = -1;
        for (const [index, product] of watcher.memory)
          if (worst < 0 || product > watcher.memory.get(worst)!) worst = index;
        if (worst < 0) return null;
        const { name } = blocks[worst]!;
        const most = watcher.memory.get(worst)!;
        return {
          block: name,
          text: `The step of ${name} is the longest: step × sharpness ${short(most)}, above ${short(limit)}.`,
          evidence: { stepTimesSharpness: most },
        };
      },
    };
    return watcher;
  },
};
