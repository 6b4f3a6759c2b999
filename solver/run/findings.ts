import type { Block } from '../core/problem.ts';
import type { Finding } from '../wire/protocol.ts';
import { short } from './stopping.ts';

/** Sweeps that gradient norms are compared over. */
const STALL_SWEEPS = 20;
/** A stall: less than this part of the norms was lost over those sweeps. */
const STALL_LOSS = 0.02;
/** Divergence: the rise above the lowest F, in multiples of what the run had won (or of |F| at its start). */
const DIVERGENCE_FACTOR = 10;
/** A step is too long above 2 over the curvature; the slack covers the rounding of both. */
const STEP_LIMIT = 2 * (1 + 1e-9);

const noFindings: readonly Finding[] = [];

/** What the watchers see of one update. NaN: not measured. */
export interface Observation {
  readonly k: number;
  readonly block: Block;
  readonly objective: number;
  readonly gradNorm: number;
  readonly stepSize: number;
  readonly stepTimesSharpness: number;
}

/**
 * Watches the measured values and tells what went wrong, each thing once until it is over.
 * Derived from what is recorded; never read by the iterates.
 */
export class Watchers {
  readonly #blocks: number;
  #first = Number.NaN;
  #lowest = Number.POSITIVE_INFINITY;
  #lowestK = 0;
  #diverging = false;
  readonly #tooLong: Map<string, number> = new Map();
  #sweepSquares = 0;
  #worst = { name: '', norm: 0 };
  #history: number[] = [];
  #stalled = false;

  constructor(blocks: number, firstObjective: number) {
    this.#blocks = blocks;
    this.#first = firstObjective;
    this.#lowest = firstObjective;
  }

  /** Best F so far. */
  get lowest(): number {
    return this.#lowest;
  }

  update(seen: Observation): readonly Finding[] {
    const long = this.#stepTooLong(seen);
    const divergence = this.#divergence(seen);
    if (!Number.isNaN(seen.gradNorm)) {
      this.#sweepSquares += seen.gradNorm * seen.gradNorm;
      if (seen.gradNorm > this.#worst.norm)
        this.#worst = { name: seen.block.name, norm: seen.gradNorm };
    }
    if (!long && !divergence) return noFindings;
    return [long, divergence].filter(finding => finding !== null);
  }

  /** Call when a sweep ended without convergence. */
  sweepEnded(k: number): Finding | null {
    const norm = Math.sqrt(this.#sweepSquares);
    const worst = this.#worst;
    this.#sweepSquares = 0;
    this.#worst = { name: '', norm: 0 };
    this.#history.push(norm);
    const before = this.#history[this.#history.length - 1 - STALL_SWEEPS];
    if (this.#history.length > STALL_SWEEPS + 1) this.#history.shift();
    if (before === undefined || !(norm > 0)) return null;
    // What grows without bound is no stall: that is a divergence, and is told as one.
    const stalls = norm > before * (1 - STALL_LOSS) && !this.#diverging;
    const news = stalls && !this.#stalled;
    this.#stalled = stalls;
    if (!news) return null;
    return {
      k,
      name: 'stall',
      block: worst.name,
      text: `Over the last ${STALL_SWEEPS} sweeps the gradient norms went from ${short(before)} to ${short(norm)}, a fall of less than ${STALL_LOSS * 100} %; the largest is ${worst.name}'s, ${short(worst.norm)}.`,
      evidence: {
        before,
        now: norm,
        worst: worst.name,
        worstNorm: worst.norm,
        sweeps: STALL_SWEEPS,
      },
    };
  }

  #stepTooLong({ k, block, stepSize, stepTimesSharpness }: Observation): Finding | null {
    if (!(stepTimesSharpness > STEP_LIMIT)) {
      if (this.#tooLong.size > 0 && !Number.isNaN(stepTimesSharpness))
        this.#tooLong.delete(block.name);
      return null;
    }
    const news = !this.#tooLong.has(block.name);
    this.#tooLong.set(block.name, stepTimesSharpness);
    if (!news) return null;
    const sharpness = stepTimesSharpness / stepSize;
    return {
      k,
      name: 'stepTooLong',
      block: block.name,
      text: `The step of ${block.name}, ${short(stepSize)}, is longer than 2 over its sharpness ${short(sharpness)} (${short(2 / sharpness)}): step × sharpness is ${short(stepTimesSharpness)}.`,
      evidence: { stepSize, sharpness, stepTimesSharpness, limit: 2 / sharpness },
    };
  }

  /** Does F stand above its lowest by a multiple of what was won? */
  #isFar(objective: number): boolean {
    const won = this.#first - this.#lowest;
    const scale = Math.max(won, won > 0 ? 0 : Math.abs(this.#first), 1e-12 * Math.abs(this.#first));
    return objective - this.#lowest > DIVERGENCE_FACTOR * scale;
  }

  #divergence({ k, block, objective }: Observation): Finding | null {
    if (Number.isNaN(objective)) return null;
    if (objective < this.#lowest) {
      this.#lowest = objective;
      this.#lowestK = k;
    }
    const diverged = this.#diverging;
    this.#diverging = objective > this.#first && k >= this.#blocks && this.#isFar(objective);
    if (diverged || !this.#diverging) return null;
    const culprit = [...this.#tooLong].sort((a, b) => b[1] - a[1])[0];
    const why = culprit
      ? ` The step of ${culprit[0]} is the longest: step × sharpness ${short(culprit[1])}, above 2.`
      : '';
    return {
      k,
      name: 'divergence',
      block: culprit?.[0] ?? block.name,
      text: `F rose from its lowest, ${short(this.#lowest)} at step ${this.#lowestK}, to ${short(objective)}, above where it started (${short(this.#first)}).${why}`,
      evidence: {
        objective,
        lowest: this.#lowest,
        lowestK: this.#lowestK,
        start: this.#first,
        ...(culprit ? { stepTimesSharpness: culprit[1] } : {}),
      },
    };
  }
}

/** The first non-finite value: which term of which block. */
export function nonfinite(
  k: number,
  block: Block,
  term: string,
  value: number,
  hint: string,
): Finding {
  return {
    k,
    name: 'nonfinite',
    block: block.name,
    text: `The ${term} of ${block.name} is ${value} at step ${k}.${hint}`,
    evidence: { term, value: String(value) },
  };
}
