import {
  type Diagnostic,
  type FindingDetail,
  ofBlock,
  type Sight,
  type Verdict,
  type Watcher,
} from '../core/diagnostic.ts';
import type { Block } from '../core/problem.ts';
import { formatNumber, listed } from '../core/words.ts';
import { hasKnownBound, objectiveAfter } from './objective.ts';
import { mappingNorm, mappingNorms, mappingRounding, norm } from './optimality.ts';

/** Norms below this fraction of the largest are rounding. */
const ROUNDING = 1e-12;
/**
 * Norms that did not fall although F fell by more than this fraction of |F|. On a quadratic whose minimum is about as far
 * below as F is above 0, the squares of the norms fall by at least as large a fraction as F does (Cauchy and Schwarz:
 * (gᵀHg) (gᵀH⁻¹g) ≥ ‖g‖⁴); so the minimum is far below, if there is one.
 */
const FALL = 1e-6;

interface Memory {
  /** The newest gradient norm of each block; 0 for those that are frozen or were not visited in these sweeps. */
  norms: Float64Array;
  /** The sweep of each block's last visit, counted from the start; −∞ before any. */
  seen: Float64Array;
  sweep: number;
  /** Root of the sum of their squares at the ends of the last sweeps, oldest first; NaN where too much of it was old. */
  ends: number[];
  /** F there. */
  objectives: number[];
  /** F now. */
  objective: number;
  largest: number;
  /** The last sweep in which a gradient was sampled. */
  sampled: number;
  /** A stall was reported and has not ended. */
  told: boolean;
}

const fresh = (blocks: number): Memory => ({
  norms: new Float64Array(blocks),
  seen: new Float64Array(blocks).fill(Number.NEGATIVE_INFINITY),
  sweep: 0,
  ends: [],
  objectives: [],
  objective: Number.NaN,
  largest: 0,
  sampled: Number.NEGATIVE_INFINITY,
  told: false,
});

/**
 * Over `sweeps` sweeps the gradient norms fell by less than the fraction `loss`, did not rise, and are above rounding. Where
 * blocks that were not visited for a quarter of these sweeps make up more than `loss` of them, they are not known well enough;
 * those that were not visited at all do not count, and are named. Not where the norms keep their size within rounding and F
 * falls on, without a known lower bound. Reported again only after the norms halved over as many sweeps: a stall is one
 * episode, whatever the norms do within it. Not for accelerated methods, whose norms oscillate by design.
 */
const stall: Verdict = {
  finding: 'stall',
  title: 'Stall',
  summary:
    'The gradient norms hardly fall over many sweeps. Not reported for accelerated methods, whose norms oscillate, nor where F falls on by amounts that do not shrink.',
  stops: false,
  options: {
    sweeps: {
      type: 'integer',
      default: 20,
      minimum: 1,
      description: 'Number of sweeps over which the gradient norms are compared.',
    },
    loss: {
      type: 'number',
      default: 0.02,
      exclusiveMinimum: 0,
      maximum: 1,
      description: 'Fraction by which the norms must fall over those sweeps.',
    },
  },
  fits: method => !method.waves,
  create(problem, { sweeps = 1, loss = 0 }, { noise }) {
    const { blocks } = problem;
    const bounded = hasKnownBound(problem);
    const watcher: Watcher & { memory: Memory } = {
      needs: [{ when: 'read', evaluate: mappingNorm, batched: mappingNorms }, objectiveAfter],
      memory: fresh(blocks.length),
      begun(_k, F) {
        watcher.memory = fresh(blocks.length);
        watcher.memory.objective = F;
      },
      moved({ entry, values }: Sight) {
        const norm = entry.moves.length === 0 ? 0 : values[0]!;
        const known = watcher.memory;
        if (!Number.isNaN(norm)) {
          known.norms[entry.block.index] = norm;
          known.seen[entry.block.index] = known.sweep;
        }
        known.objective = values[1]!;
        if (!entry.exact) known.sampled = known.sweep;
        return null;
      },
      sweepEnded(_k, reading) {
        const known = watcher.memory;
        const { norms, ends, objectives, seen } = known;
        let squares = 0;
        let old = 0;
        let worst = 0;
        for (let b = 0; b < norms.length; b++) {
          const age = known.sweep - seen[b]!;
          if (age > sweeps) norms[b] = 0;
          squares += norms[b]! * norms[b]!;
          if (4 * age > sweeps) old += norms[b]! * norms[b]!;
          if (norms[b]! > norms[worst]!) worst = b;
        }
        const now = Math.sqrt(squares);
        known.largest = Math.max(known.largest, now);
        known.sweep++;
        ends.push(old > loss * squares ? Number.NaN : now);
        objectives.push(known.objective);
        if (ends.length <= sweeps) return null;
        if (ends.length > sweeps + 1) {
          ends.shift();
          objectives.shift();
        }
        const before = ends[0]!;
        if (now < before / 2) known.told = false;
        const isFlat = ends.every(norm => norm > before * (1 - loss) && norm < before * (1 + loss));
        if (!isFlat || now > before || known.told) return null;
        const rounding = 2 * mappingRounding(reading) + ROUNDING * known.largest;
        if (now <= rounding) return null;
        if (!bounded && before - now <= rounding && fallsOn(objectives)) return null;
        known.told = true;
        const isSampled = known.sweep - known.sampled <= sweeps;
        return told(known, { before, now, worst: blocks[worst]!, loss, sweeps }, [
          ...unvisited(blocks, known, sweeps),
          ...(isSampled && noise ? [noise] : []),
        ]);
      },
    };
    return watcher;
  },
};

/** Did F fall in these sweeps by more than a small fraction of itself? */
function fallsOn(objectives: readonly number[]): boolean {
  const [before, now] = [objectives[0]!, objectives[objectives.length - 1]!];
  return before - now > FALL * Math.max(Math.abs(before), Math.abs(now));
}

/** A sentence on the blocks that were not visited in the last sweeps, if there are any. */
function unvisited(blocks: readonly Block[], { seen, sweep }: Memory, sweeps: number): string[] {
  const left = blocks.filter(({ index }) => sweep - 1 - seen[index]! > sweeps);
  if (left.length === 0) return [];
  const names = listed(left.map(({ name }) => name));
  return [
    `The ordering did not visit ${names} in these sweeps; what is left there does not count.`,
  ];
}

function told(
  { norms }: Memory,
  at: {
    readonly before: number;
    readonly now: number;
    readonly worst: Block;
    readonly loss: number;
    readonly sweeps: number;
  },
  more: readonly string[],
): FindingDetail {
  const { before, now, worst, loss, sweeps } = at;
  const worstNorm = norms[worst.index]!;
  const text = `Over the last ${sweeps} sweeps the gradient norms went from ${formatNumber(before)} to ${formatNumber(now)}, a fall of less than ${formatNumber(loss * 100)} %; the largest is ${worst.name}'s, ${formatNumber(worstNorm)}.`;
  return {
    block: worst.name,
    text: [text, ...more].join(' '),
    evidence: { before, now, worst: worst.name, worstNorm, sweeps },
  };
}

/** L_b‖x_b − prox_{r_b/L_b}(x_b − ∇_b f(x)/L_b)‖₂ at the point that was read. */
export const gradNorm: Diagnostic = {
  ...ofBlock,
  name: 'gradNorm',
  title: 'Gradient norm',
  summary: 'Norm of the block’s prox-gradient mapping; ‖∇_b f‖ where nothing is penalised.',
  formula: 'L_b ‖x_b − prox_{r_b/L_b}(x_b − ∇_b f(x)/L_b)‖₂, exact, at the point the update read',
  source: 'Beck 2017, §10.3',
  suits: 'everything',
  unit: 'objective per unit of x',
  scale: 'log',
  byDefault: true,
  inline: { at: 'gradient', label: '‖∇‖', letter: 'g' },
  verdict: stall,
  evaluate: mappingNorm,
  batched: mappingNorms,
};

/** ‖∇_b f(x)‖₂ at the point that was read. */
export const smoothGradNorm: Diagnostic = {
  ...ofBlock,
  name: 'smoothGradNorm',
  title: 'Smooth gradient norm',
  summary: 'Norm of the block’s gradient of the smooth part.',
  formula: '‖∇_b f(x)‖₂, exact, at the point the update read',
  source: 'definition',
  suits: 'everything',
  unit: 'objective per unit of x',
  scale: 'log',
  byDefault: false,
  evaluate: reading => norm(reading.gradient(), reading.block.size),
  batched({ sweep, count }, out) {
    for (let u = 0; u < count; u++) out[u] = Math.abs(sweep.gradient[u]!);
  },
};
