import type { Diagnostic, Verdict, Watcher } from '../core/diagnostic.ts';
import { significant } from '../core/words.ts';
import { ofBlock } from './defaults.ts';
import { mappingNorm, mappingRounding, norm } from './mapping.ts';

/** Norms below this fraction of the largest are rounding. */
const ROUNDING = 1e-12;

interface Memory {
  /** The newest gradient norm of each block; 0 for those that are frozen. */
  norms: Float64Array;
  /** The sweep of each block's last visit, counted from the start. */
  seen: Float64Array;
  sweep: number;
  /** Root of the sum of their squares at the ends of the last sweeps, oldest first; NaN where too much of it was old. */
  ends: number[];
  largest: number;
  /** Sum of the squared rounding bounds of this sweep's norms. */
  rounding: number;
  /** A stall was reported and has not ended. */
  told: boolean;
}

/**
 * Over `sweeps` sweeps the gradient norms fell by less than the fraction `loss`, did not rise, and are above rounding. Where
 * blocks that were not visited for a quarter of these sweeps make up more than `loss` of them, they are not known well enough.
 * Reported again only after they halved over as many sweeps: a stall is one episode, whatever the norms do within it. Not
 * for accelerated methods, whose norms oscillate by design.
 */
const stall: Verdict = {
  finding: 'stall',
  title: 'Stall',
  summary:
    'The gradient norms hardly fall over many sweeps. Not reported for accelerated methods, whose norms oscillate.',
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
  create({ blocks }, { sweeps = 1, loss = 0 }) {
    const memory = (): Memory => ({
      norms: new Float64Array(blocks.length),
      seen: new Float64Array(blocks.length),
      sweep: 0,
      ends: [],
      largest: 0,
      rounding: 0,
      told: false,
    });
    const watcher: Watcher & { memory: Memory } = {
      needs: [
        { when: 'read', evaluate: mappingNorm },
        { when: 'read', evaluate: mappingRounding },
      ],
      memory: memory(),
      begun() {
        watcher.memory = memory();
      },
      moved({ entry, values }) {
        const norm = entry.moves.length === 0 ? 0 : values[0]!;
        const known = watcher.memory;
        if (!Number.isNaN(norm)) {
          known.norms[entry.block.index] = norm;
          known.seen[entry.block.index] = known.sweep;
        }
        if (entry.moves.length > 0) known.rounding += values[1]! * values[1]!;
        return null;
      },
      sweepEnded() {
        const known = watcher.memory;
        const { norms, ends, seen } = known;
        let squares = 0;
        let old = 0;
        let worst = 0;
        for (let b = 0; b < norms.length; b++) {
          squares += norms[b]! * norms[b]!;
          if (4 * (known.sweep - seen[b]!) > sweeps) old += norms[b]! * norms[b]!;
          if (norms[b]! > norms[worst]!) worst = b;
        }
        const now = Math.sqrt(squares);
        known.largest = Math.max(known.largest, now);
        const rounding = 2 * Math.sqrt(known.rounding) + ROUNDING * known.largest;
        known.rounding = 0;
        known.sweep++;
        ends.push(old > loss * squares ? Number.NaN : now);
        if (ends.length <= sweeps) return null;
        if (ends.length > sweeps + 1) ends.shift();
        const before = ends[0]!;
        if (now < before / 2) known.told = false;
        const isFlat = ends.every(norm => norm > before * (1 - loss) && norm < before * (1 + loss));
        if (!isFlat || now > before || now <= rounding || known.told) return null;
        known.told = true;
        const { name } = blocks[worst]!;
        return {
          block: name,
          text: `Over the last ${sweeps} sweeps the gradient norms went from ${significant(before)} to ${significant(now)}, a fall of less than ${significant(loss * 100)} %; the largest is ${name}'s, ${significant(norms[worst]!)}.`,
          evidence: { before, now, worst: name, worstNorm: norms[worst]!, sweeps },
        };
      },
    };
    return watcher;
  },
};

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
  verdict: stall,
  evaluate: mappingNorm,
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
};
