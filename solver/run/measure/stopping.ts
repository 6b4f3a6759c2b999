import type { StopWhen } from '../../config/attributes.ts';
import { mappingCurvature, rowsOf } from '../../core/capability.ts';
import type { State } from '../../core/state.ts';
import { formatNumber } from '../../core/words.ts';
import { stationarityAt } from '../../diagnostics/optimality.ts';
import type { Recipe } from '../recipe.ts';
import type { StepReading } from './reading.ts';

export interface Outcome {
  readonly status: 'converged' | 'budget' | 'nonfinite' | 'failed';
  readonly k: number;
  /** One sentence: the criterion and its value. */
  readonly text: string;
  /** The criterion that held, or the part of the budget that is used; a run that is continued goes on past it. */
  readonly held?: string;
}

/** A converged criterion with what it is measured against. */
interface Criterion {
  readonly name: string;
  readonly limit: number;
  readonly value: (reading: StepReading) => number;
}

/** Decides when a run has converged or has used its budget. Gap and stationarity are looked at when a sweep ends. */
export class Stopping {
  readonly #criteria: readonly Criterion[];
  readonly #most: { readonly steps: number; readonly sweeps: number; readonly seconds: number };

  /** What the user has gone on past; it ends the run no more. */
  readonly #past = new Set<string>();

  /** `references`: the gap's and the stationarity's denominators of the relative criteria. */
  constructor(
    when: StopWhen,
    references: { readonly objectiveAtZero: number; readonly firstStationarity: () => number },
    stationarity: (reading: StepReading) => number,
  ) {
    const none = Number.POSITIVE_INFINITY;
    const { steps = none, sweeps = none, seconds = none } = when;
    this.#most = { steps, sweeps, seconds };
    const criteria: Criterion[] = [];
    const add = (name: string, limit: number | undefined, value: Criterion['value']) => {
      if (limit !== undefined) criteria.push({ name, limit, value });
    };
    add('gap', when.gap, reading => reading.gap());
    add('relative gap', when.relativeGap, reading =>
      ratio(reading.gap(), Math.abs(references.objectiveAtZero)),
    );
    add('stationarity', when.stationarity, stationarity);
    add('relative stationarity', when.relativeStationarity, reading =>
      ratio(stationarity(reading), references.firstStationarity()),
    );
    add('objective', when.objective, reading => reading.objective());
    this.#criteria = criteria;
  }

  /** The user goes on although this holds. */
  goOn({ held }: Outcome): void {
    if (held !== undefined) this.#past.add(held);
  }

  /** Has the run converged, now that a sweep has ended? */
  atSweepEnd(k: number, reading: StepReading): Outcome | null {
    for (const { name, limit, value } of this.#criteria) {
      if (this.#past.has(name)) continue;
      const now = value(reading);
      if (now <= limit) {
        return {
          status: 'converged',
          k,
          held: name,
          text: `Converged: ${name} ${formatNumber(now)} is at most ${formatNumber(limit)}.`,
        };
      }
    }
    return null;
  }

  /** Steps until their budget is used; ∞ where there is none or the user went on past it. */
  left(k: number): number {
    return this.#past.has('steps') ? Number.POSITIVE_INFINITY : Math.max(1, this.#most.steps - k);
  }

  /** Is the budget used? `sweeps`: sweeps finished; `seconds`: solving time. */
  budget(k: number, sweeps: number, seconds: number): Outcome | null {
    const most = this.#most;
    // Asked at every update.
    if (k < most.steps && sweeps < most.sweeps && seconds < most.seconds) return null;
    const now = { steps: k, sweeps, seconds };
    const parts = ['steps', 'sweeps', 'seconds'] as const;
    const used = parts.find(part => now[part] >= most[part] && !this.#past.has(part));
    if (used === undefined) return null;
    const text = `The budget of ${most[used]} ${used} is used; no stop criterion held.`;
    return { status: 'budget', k, text, held: used };
  }
}

/** 0/0 counts as 0: a gap of 0 is the smallest there is, and a run that starts at a stationary point has converged. */
function ratio(value: number, reference: number): number {
  if (value === 0) return 0;
  // What is relative to no number is no small one.
  return Number.isFinite(reference) ? value / reference : Number.NaN;
}

/** Products of data and a vector that are large enough for `isSweepMeasured` to spare some. */
const LARGE = 1 << 20;

/**
 * Are the metrics of the sweep that has just ended taken, and its criteria judged? Each sweep's are, unless X has 2²⁰
 * entries or more: then a gap or a full gradient costs a good part of the sweep, and the first sweep's and every fourth's
 * are taken; or a method says itself when it is time. A function of the state alone.
 */
export function isSweepMeasured({ problem, method }: Recipe, state: State): boolean {
  if (method.settles) return method.settles(state);
  const done = state.sweep - 1;
  return done <= 1 || done % 4 === 0 || rowsOf(problem) * problem.size < LARGE;
}

/** Stationarity at x₀: one full gradient, taken when it is first compared with. */
export function stationarityAtStart({ problem, x0, lipschitz }: Recipe): number {
  const cache = problem.newCache(x0);
  const gradient = new Float64Array(problem.size);
  for (const block of problem.blocks) {
    problem.gradient(cache, x0, block, gradient.subarray(block.start, block.start + block.size));
  }
  return stationarityAt(problem, x0, gradient, block =>
    mappingCurvature(problem, cache, x0, block, lipschitz),
  );
}
