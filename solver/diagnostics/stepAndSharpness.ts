import type { Diagnostic, Measure, Reading, Verdict, Watcher } from '../core/diagnostic.ts';
import { significant } from '../core/words.ts';
import { lines, ofBlock } from './defaults.ts';

/** t, the effective step in the block's metric; NaN for methods without one. */
export const stepSize: Diagnostic = {
  ...ofBlock,
  name: 'stepSize',
  title: 'Step size',
  summary: 'The effective step t of the update in the block’s metric.',
  formula:
    't in prox_{t r_b}(x_b − t ∇_b f(x)); in a matrix metric τ, the multiple of Λ_b⁻¹; NaN where the method has none',
  source: 'definition',
  suits: 'methods with a step size; NaN for acoder and exact',
  unit: 'x² per objective',
  scale: 'log',
  byDefault: true,
  draw: { ...lines, stepped: true },
  evaluate: reading => reading.entry.stepSize,
};

/** λ_max(∇²_bb f(x)) at the point that was read. */
export const sharpness: Diagnostic = {
  ...ofBlock,
  name: 'sharpness',
  title: 'Sharpness',
  summary: 'Largest eigenvalue of the block’s Hessian of the smooth part.',
  formula:
    'λ_max(∇²_bb f(x)) at the point the update read; exact for built-in problems, from Hessian-vector products for modules',
  source: 'Cohen et al. 2021',
  suits: 'everything',
  unit: 'objective per unit of x²',
  scale: 'log',
  byDefault: true,
  draw: {
    ...lines,
    limit: { number: 2, over: 'stepSize', text: '2 / step size', ratio: 'Step × sharpness' },
  },
  evaluate: reading => reading.sharpness(),
};

/** The rounding of a step and of a sharpness. */
const SLACK = 1 + 1e-9;
/** A step counts as short again below this fraction of the limit. */
const OVER = 0.9;

/**
 * A block's step times its sharpness is above 2. Not reported for steps that passed the backtracking test, nor for blocks
 * that did not move.
 */
const stepTooLong: Verdict = {
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
          text: `The step of ${block.name}, ${significant(stepSize)}, is longer than ${significant(limit)} over its sharpness ${significant(sharpness)} (${significant(limit / sharpness)}): step × sharpness is ${significant(now)}.`,
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
          text: `The step of ${name} is the longest: step × sharpness ${significant(most)}, above ${significant(limit)}.`,
          evidence: { stepTimesSharpness: most },
        };
      },
    };
    return watcher;
  },
};

/** t λ_max(∇²_bb f); above 2 a gradient step overshoots. In a matrix metric τ λ_max(Λ_b⁻¹ ∇²_bb f). */
export const stepTimesSharpness: Diagnostic = {
  ...ofBlock,
  name: 'stepTimesSharpness',
  title: 'Step × sharpness',
  summary: 'Step size times curvature in the block’s metric; above 2 the step is too long.',
  formula:
    't λ_max(∇²_bb f(x)) at the point the update read; in a matrix metric τ λ_max(Λ_b⁻¹ ∇²_bb f(x)); limit 2',
  source: 'Cohen et al. 2021',
  suits: 'methods with a step size',
  unit: '1',
  scale: 'linear',
  byDefault: false,
  draw: { ...lines, limit: { number: 2, over: null, text: '2', ratio: 'Step × sharpness' } },
  verdict: stepTooLong,
  evaluate: stepProduct,
};

/** t λ_max(∇²_bb f); in a matrix metric τ λ_max(Λ_b⁻¹ ∇²_bb f). NaN where the method has no step. */
function stepProduct(reading: Reading): number {
  const { stepSize, metric } = reading.entry;
  if (Number.isNaN(stepSize)) return Number.NaN;
  return stepSize * (metric === 'scalar' ? reading.sharpness() : reading.metricSharpness());
}
