import type { Entry, MethodSweep } from '../../core/method.ts';
import { lazy } from '../../core/problem.ts';
import { isStale, type Point } from '../../core/state.ts';
import { stationarityOf } from '../../diagnostics/optimality.ts';
import { UserError } from '../../modules/userError.ts';
import type { Edit } from '../../wire/protocol.ts';
import type { Finding, Stop } from '../../wire/run.ts';
import type { Rows } from '../rows/rows.ts';
import type { Stops } from '../stops.ts';
import type { Timeline } from '../time/timeline.ts';
import type { Prepared, Stepper } from '../update/stepper.ts';
import { Bounds, type KnownBounds, learnsBounds, type Objective } from './objective.ts';
import { StepReading } from './reading.ts';
import { Recorder } from './recorder.ts';
import { Rewatch } from './rewatch.ts';
import { isSweepMeasured, type Outcome, Stopping, stationarityAtStart } from './stopping.ts';

/** An update that was made and whose row is not written yet. */
interface Unwritten {
  /** Updates that were made in one call; null: it was made alone. */
  readonly batch: MadeBatch | null;
  /** What the watchers found in the batch; null: they were not asked. */
  found: readonly Finding[] | null;
  readonly entries: readonly Entry[];
  readonly sweep: number;
  sweepEnds: boolean;
}

type MadeBatch = ReturnType<StepReading['batch']>;

/**
 * Measures each new update and decides whether the run has come to its end. Its work can be interrupted anywhere and is
 * taken up again; no step ends without its row.
 */
export class Measuring {
  /** How the run ended, if it did; an edit takes it back. */
  outcome: Outcome | null = null;
  /** Solving time so far. */
  seconds = 0;
  readonly #stepper: Stepper;
  readonly #objective: Objective;
  readonly #reading: StepReading;
  readonly #recorder: Recorder;
  readonly #stopping: Stopping;
  readonly bounds: Bounds;
  /** Does each sweep that is measured give a bound? */
  readonly #learns: boolean;
  /** What is known at k = 0. */
  readonly atStart: unknown;
  #unwritten: Unwritten | null = null;
  #batch: MadeBatch | null = null;
  /** What was found in rows that are written, and is not told yet. */
  #told: readonly Finding[] | null = null;
  /** The way back of the watchers for an edit in the past that was interrupted. */
  #rewatch: Rewatch | null = null;
  /** What is still to be done for a sweep that has ended: its metrics, or only the criteria that stop the run. */
  #sweep: 'unmeasured' | 'unjudged' | null = null;

  constructor(stepper: Stepper, objective: Objective, rows: Rows) {
    const { recipe } = stepper;
    const { problem, method } = recipe;
    this.#stepper = stepper;
    this.#objective = objective;
    this.bounds = new Bounds(recipe.boundAtStart);
    this.#learns = learnsBounds(problem, recipe.diagnostics);
    this.#reading = new StepReading(
      problem,
      method,
      recipe.lipschitz,
      recipe.bulk,
      objective,
      this.bounds,
    );
    this.#reading.committed(stepper.state);
    const first = this.#reading.objective();
    this.#recorder = new Recorder(
      problem,
      recipe.diagnostics,
      recipe.verdicts,
      this.#reading,
      rows,
      first,
    );
    this.#stopping = new Stopping(
      recipe.stopWhen,
      {
        objectiveAtZero: problem.certificate?.nullObjective ?? first,
        firstStationarity: lazy(() => stationarityAtStart(recipe)),
      },
      stationarityOf,
    );
    this.atStart = this.#known;
  }

  /** The user goes on although a criterion holds or the budget is used. A run that failed cannot go on. */
  goOn(): void {
    if (this.outcome === null || this.outcome.held === undefined) return;
    this.#stopping.goOn(this.outcome);
    this.outcome = null;
  }

  /** Is there an update or a sweep that was made and not measured? */
  get pending(): boolean {
    return this.#unwritten !== null || this.#told !== null || this.#sweep !== null;
  }

  /** Reads what stands before the prepared update; a finding: it is not finite and must not be made. */
  read(prepared: Prepared): Finding | null {
    const { k } = this.#stepper.state;
    const bad = this.#recorder.read(this.#stepper, prepared);
    if (bad) this.outcome = { status: 'nonfinite', k, text: bad.text };
    return bad;
  }

  /** The prepared update was made. */
  made({ proposal, sweepEnds }: Prepared, sweep: number): void {
    this.#unwritten = { entries: proposal.entries, sweep, sweepEnds, batch: null, found: null };
  }

  /** Makes up to `most` updates in one call, whose rows `finish` writes. Returns how many; 0: the next one must be made alone. */
  leap(most: number): number {
    const stepper = this.#stepper;
    const { state, leaper } = stepper;
    const { method } = stepper.recipe;
    if (!leaper.can || !this.#recorder.takesBatches) return 0;
    const point = state.points[method.iterate] as Point;
    if (isStale(point)) return 0;
    const lent = (method.sweep as MethodSweep).updates;
    this.#recorder.opened(stepper);
    this.#batch ??= this.#reading.batch();
    const batch = this.#batch;
    const { k, sweep } = state;
    batch.state = state;
    batch.k = k;
    batch.work = state.work;
    batch.objective = this.#objective.lend(point, lent);
    const made = leaper.leap(Math.min(most, this.#stopping.left(k)), true);
    if (made === 0) return 0;
    lent.objective[made - 1] = this.#objective.leapt(point, lent.objective[made - 1]!);
    batch.count = made;
    const sweepEnds = state.sweep > sweep;
    this.#unwritten = { entries: [], sweep, sweepEnds, batch, found: null };
    return made;
  }

  /**
   * Writes the rows of what was made: of a batch up to the first finding that a breakpoint waits for. The run must stand where
   * they end before `finish`.
   */
  write(stops: Stops): void {
    const { state, recipe } = this.#stepper;
    this.#reading.committed(state);
    const unwritten = this.#unwritten;
    if (unwritten === null) return;
    const { entries, sweep, batch } = unwritten;
    if (batch !== null && unwritten.found === null) {
      const { count, found } = this.#recorder.watchBatch(batch, name => stops.waitsFor(name));
      unwritten.found = found;
      unwritten.sweepEnds &&= count === batch.count;
      batch.count = count;
    }
    // Before the row, which is measured from it.
    if (unwritten.sweepEnds && this.#learns && isSweepMeasured(recipe, state))
      this.bounds.learn(state.k, this.#reading.dual());
    if (batch !== null) this.#recorder.batchWritten(batch, sweep);
    this.#told = unwritten.found ?? this.#recorder.written(this.#stepper, entries, sweep);
    this.#unwritten = null;
    this.#sweep = unwritten.sweepEnds ? 'unmeasured' : null;
  }

  /** Tells what was found in what `write` wrote, and measures the sweep that it ended; a stop, if there is a reason for one. */
  finish(stops: Stops): Stop | null {
    const { state, recipe } = this.#stepper;
    let stop: Stop | null = null;
    if (this.#told !== null) {
      const found = this.#told;
      this.#told = null;
      for (const finding of found) {
        stop = stops.found(finding) ?? stop;
        if (finding.name !== 'nonfinite') continue;
        this.#sweep = null;
        this.outcome = { status: 'nonfinite', k: state.k, text: finding.text };
        return stop ?? stops.stop('nonfinite', finding.text, finding);
      }
      stop ??= stops.after();
    }
    if (this.#sweep) {
      const isDue = isSweepMeasured(recipe, state);
      if (this.#sweep === 'unmeasured' && isDue) this.#recorder.sweepWritten(state.k);
      this.#sweep = 'unjudged';
      const outcome = isDue ? this.#stopping.atSweepEnd(state.k, this.#reading) : null;
      this.#sweep = null;
      if (outcome) {
        this.outcome = outcome;
        return stops.stop(outcome.status, outcome.text);
      }
      for (const finding of this.#recorder.sweepEnded(state, recipe.method))
        stop = stops.found(finding) ?? stop;
    }
    return this.#overBudget(stop, stops);
  }

  /** The stop that there is, or the one because the budget is used. */
  #overBudget(stop: Stop | null, stops: Stops): Stop | null {
    const { k, sweep } = this.#stepper.state;
    const budget = this.#stopping.budget(k, sweep - 1, this.seconds);
    if (!budget) return stop;
    this.outcome = budget;
    return stop ?? stops.stop(budget.status, budget.text);
  }

  /** Something failed. The step that was made keeps a row, NaN where it could not be measured; the run ends here. */
  failed(error: unknown, stops: Stops): Stop {
    const { k } = this.#stepper.state;
    if (this.#unwritten) {
      const { entries, sweep, batch } = this.#unwritten;
      if (batch) this.#recorder.batchWritten(batch, sweep);
      else this.#recorder.unwritable(k, entries, sweep);
    }
    this.#unwritten = null;
    this.#told = null;
    this.#sweep = null;
    if (error instanceof UserError) {
      const finding: Finding = {
        k: k + 1,
        name: 'userError',
        block: error.block,
        text: error.message,
        evidence: { term: error.term },
        stack: error.stack,
      };
      this.outcome = { status: 'failed', k, text: finding.text };
      return stops.found(finding) ?? stops.stop('failed', finding.text, finding);
    }
    const why = error instanceof Error ? error.message : String(error);
    const text = `The solver failed at step ${k}: ${why}`;
    this.outcome = { status: 'failed', k, text };
    return stops.stop('failed', text);
  }

  /** An edit may have changed the state. */
  edited(): void {
    this.#recorder.edited();
  }

  /** Makes edits in the past and says what they did: the watchers go back to what they knew there. */
  editPast(timeline: Timeline, k: number, edits: readonly Edit[]): string {
    const recorder = this.#recorder;
    const log = timeline.log.filter(({ edit }) => edit.k <= k);
    if (!this.#rewatch?.isOf(k, log)) {
      const frame = timeline.remembering(k);
      const known = (frame.memory as Memory).recorder;
      this.#rewatch = new Rewatch(this.#stepper.recipe, recorder.rows, k, log, frame, known);
    }
    const past = this.#rewatch.recorder();
    const text = timeline.edit(edits);
    recorder.takeOver(past);
    recorder.edited();
    this.#rewatch = null;
    return text;
  }

  /** Steps after k were cut off. */
  cut(k: number): void {
    this.bounds.cut(k);
  }

  /** What is known at the last step beyond its state and its rows: plain data, a copy. null: the run stands before it. */
  memory(): unknown {
    return this.#stepper.state.k < this.#recorder.rows.end ? null : this.#known;
  }

  get #known(): Memory {
    const { seconds, bounds } = this;
    return { seconds, bounds: bounds.memory, recorder: this.#recorder.memory };
  }

  /** Goes on from what was known at a keyframe of another process. */
  resume(memory: unknown): void {
    const { seconds, bounds, recorder } = memory as Memory;
    this.seconds = seconds;
    this.bounds.memory = bounds;
    this.#recorder.memory = recorder;
  }
}

interface Memory {
  readonly seconds: number;
  readonly bounds: KnownBounds;
  readonly recorder: unknown;
}
