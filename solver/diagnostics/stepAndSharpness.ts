import {
  type Diagnostic,
  type FindingDetail,
  type JointSharpness,
  lines,
  type Measure,
  ofBlock,
  type Reading,
  type Verdict,
  type Watcher,
} from '../core/diagnostic.ts';
import { formatNumber } from '../core/words.ts';

/** t, the effective step in the block's metric; NaN for methods without one. */
export const stepSize: Diagnostic = {
  ...ofBlock,
  name: 'stepSize',
  title: 'Step size',
  summary: 'The effective step t of the update in the block’s metric.',
  formula:
    't in prox_{t r_b}(x_b − t ∇_b f(x)); in a matrix metric τ, the multiple of Λ_b⁻¹; NaN where the method has none',
  source: 'definition',
  suits: 'methods with a step size; NaN for others',
  unit: 'x² per objective',
  scale: 'log',
  byDefault: true,
  draw: { ...lines, stepped: true },
  inline: { at: 'step', label: 't', letter: null },
  evaluate: reading => reading.entry.stepSize,
  batched({ sweep, count }, out) {
    for (let u = 0; u < count; u++) out[u] = sweep.step[sweep.order[u]!]!;
  },
};

/** 1: f was tried at the end of the block's step and kept to the model that the step rests on; no limit holds for it. Else 0. */
export const stepTried: Diagnostic = {
  ...ofBlock,
  name: 'stepTried',
  title: 'Step tried',
  summary: 'Whether the step was tried and kept to its model; measured with the step’s limits.',
  formula: '1 where f(x + d) ≤ f(x) + ⟨g, d⟩ + ‖d‖²/(2t) was tried and holds, else 0',
  source: 'definition',
  suits: 'everything; 0 where no step is tried',
  unit: '1',
  scale: 'linear',
  byDefault: false,
  draw: { ...lines, kind: 'none', reducer: 'last' },
  evaluate: ({ entry }) => (entry.tried ? 1 : 0),
  batched: ({ count }, out) => out.fill(0, 0, count),
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
    limit: {
      number: 2,
      over: 'stepSize',
      unless: 'stepTried',
      text: '2 / step size',
      ratio: 'Step × sharpness',
    },
  },
  inline: { at: 'step', label: 'sharpness', letter: null },
  evaluate: reading => reading.sharpness(),
  batched({ sweep, count, sharpness }, out) {
    for (let u = 0; u < count; u++) out[u] = sharpness(sweep.order[u]!);
  },
};

/** The rounding of a step and of a sharpness. */
const SLACK = 1 + 1e-9;
/** A step counts as short again below this fraction of the limit. */
const OVER = 0.9;

interface Memory {
  /** Products above the limit, by block index. */
  readonly ofBlocks: Map<number, number>;
  /** What was last told of blocks that move at once, while it lasts. */
  ofSet: FindingDetail | null;
}

/**
 * A block's step times its sharpness is above 2; or of blocks that move at once, each with a step that suits it alone, the
 * largest eigenvalue of their joint curvature times their steps is. Not reported for steps that passed the backtracking
 * test, nor for blocks that did not move.
 */
const stepTooLong: Verdict = {
  finding: 'stepTooLong',
  title: 'Step too long',
  summary:
    'A step is above what the block’s sharpness allows, or the steps of blocks that move at once are above what their joint curvature allows.',
  stops: false,
  options: {
    limit: {
      type: 'number',
      default: 2,
      exclusiveMinimum: 0,
      description:
        'Step × sharpness above which a step is too long; for blocks that move at once also the limit of λ_max(D^{1/2} ∇²f D^{1/2}), D their steps. Where no bound shows that it is below, that eigenvalue takes at most 16 products with ∇²f, in sweeps 1, 2, 4, 8 and every 16th and where a step changes by a tenth; of a problem module at most 8, by differences of its gradient.',
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
        const { stepSize, tried, moves } = reading.entry;
        if (Number.isNaN(stepSize) || tried || moves.length === 0) return Number.NaN;
        const most = stepSize * reading.stepCurvatureBound();
        return most <= limit * OVER ? most : stepProduct(reading);
      },
      batched({ sweep, count, sharpness, bound }, out) {
        for (let u = 0; u < count; u++) {
          const b = sweep.order[u]!;
          const t = sweep.step[b]!;
          const most = t * bound(b);
          out[u] = most <= limit * OVER ? most : t * sharpness(b);
        }
      },
    };
    /** Looked at once an update of several blocks, with the last of them. */
    const joint = (part: keyof JointSharpness): Measure => ({
      when: 'read',
      ofSets: true,
      evaluate(reading) {
        const { entries, tried } = reading.proposal;
        if (tried || reading.entry !== entries[entries.length - 1]) return Number.NaN;
        return reading.jointSharpness(limit)[part];
      },
    });
    const watcher: Watcher & { memory: Memory } = {
      needs: [product, joint('value'), joint('error'), joint('blocks')],
      memory: { ofBlocks: new Map(), ofSet: null },
      moved({ entry, values }) {
        const tooLong = watcher.memory.ofBlocks;
        const { block, stepSize, moves } = entry;
        const now = values[0]!;
        if (!(now > limit * SLACK)) {
          if (tooLong.size > 0 && now < limit * OVER) tooLong.delete(block.index);
          return together(watcher.memory, values, limit);
        }
        const isNews = !tooLong.has(block.index);
        if (isNews && !moves.some(({ delta }) => delta.subarray(0, block.size).some(d => d !== 0)))
          return null;
        tooLong.set(block.index, now);
        if (!isNews) return null;
        const sharpness = now / stepSize;
        return {
          block: block.name,
          text: `The step of ${block.name}, ${formatNumber(stepSize)}, is longer than ${formatNumber(limit)} over its sharpness ${formatNumber(sharpness)} (${formatNumber(limit / sharpness)}): step × sharpness is ${formatNumber(now)}.`,
          evidence: { stepSize, sharpness, stepTimesSharpness: now, limit: limit / sharpness },
        };
      },
      suspicion() {
        const { ofBlocks, ofSet } = watcher.memory;
        let worst = -1;
        for (const [index, product] of ofBlocks)
          if (worst < 0 || product > ofBlocks.get(worst)!) worst = index;
        if (worst < 0) return ofSet;
        const { name } = blocks[worst]!;
        const most = ofBlocks.get(worst)!;
        return {
          block: name,
          text: `The step of ${name} is the longest: step × sharpness ${formatNumber(most)}, above ${formatNumber(limit)}.`,
          evidence: { stepTimesSharpness: most },
        };
      },
    };
    return watcher;
  },
};

/** Blocks that move at once are too long together, where none is so alone; told once until it is over. `values`: as needed. */
function together(memory: Memory, values: Float64Array, limit: number): FindingDetail | null {
  const value = values[1]!;
  const error = values[2]!;
  const blocks = values[3]!;
  if (memory.ofSet !== null && value < limit * OVER) memory.ofSet = null;
  if (!(value > limit * SLACK) || memory.ofBlocks.size > 0) return null;
  const isNews = memory.ofSet === null;
  memory.ofSet = {
    block: null,
    text: `${blocks} blocks move at once, each with a step that suits it alone; together their steps are too long: the largest eigenvalue of steps × curvature is ${formatNumber(value)}, above ${formatNumber(limit)}. Steps ${formatNumber(limit / (value + error))} times as long would suit them.`,
    evidence: { blocks, stepsTimesCurvature: value, error, limit },
  };
  return isNews ? memory.ofSet : null;
}

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
  draw: {
    ...lines,
    limit: { number: 2, over: null, unless: 'stepTried', text: '2', ratio: 'Step × sharpness' },
  },
  verdict: stepTooLong,
  evaluate: stepProduct,
  batched({ sweep, count, sharpness }, out) {
    for (let u = 0; u < count; u++) {
      const b = sweep.order[u]!;
      out[u] = sweep.step[b]! * sharpness(b);
    }
  },
};

/** t λ_max(∇²_bb f); in a matrix metric τ λ_max(Λ_b⁻¹ ∇²_bb f). NaN where the method has no step. */
function stepProduct(reading: Reading): number {
  const { stepSize } = reading.entry;
  return Number.isNaN(stepSize) ? Number.NaN : stepSize * reading.stepSharpness();
}
