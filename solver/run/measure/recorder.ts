import type { Batch, Diagnostic, Measure } from '../../core/diagnostic.ts';
import type { Entry, Method } from '../../core/method.ts';
import type { Block, Problem } from '../../core/problem.ts';
import type { State } from '../../core/state.ts';
import { MOST_UPDATES } from '../../kernels/sweep.ts';
import type { Finding } from '../../wire/run.ts';
import { rowWithin } from '../rows/columns.ts';
import { KEY_COLUMNS as KEYS, type Rows } from '../rows/rows.ts';
import type { Prepared, Stepper } from '../update/stepper.ts';
import { firstNonfinite, type Judged, nonfinite, Watchers } from './findings.ts';
import type { StepReading } from './reading.ts';

/** Something that is measured, its function (parts have many shapes), and the place of its value: among the columns of a row, or behind them for what is only watched. */
interface Measured {
  readonly part: Measure;
  readonly evaluate: Measure['evaluate'];
  readonly at: number;
}

/** Measures updates as they are made, writes their rows and watches them. Reads everything, changes nothing. */
export class Recorder {
  readonly rows: Rows;
  readonly #reading: StepReading;
  /** What the watchers look at, and the rest. */
  readonly #watched: readonly Measured[];
  readonly #unwatched: readonly Measured[];
  /** Can it measure updates that are made in batches? */
  readonly takesBatches: boolean;
  /** A column for each value of a row, made for the first batch. */
  #batch: readonly Float64Array[] | null = null;
  readonly #before: readonly Measured[];
  /** Of those, what only updates of several blocks have. The first of such an update's rows never holds a value of it. */
  readonly #beforeSets: readonly Measured[];
  readonly #after: readonly Measured[];
  readonly #sweep: readonly Diagnostic[];
  readonly #sweepValues: Float64Array;
  /** Metrics of a row. */
  readonly #columns: number;
  /** Values of a row: its metrics, then what is only watched. */
  readonly #width: number;
  /** The values of each row of an update. */
  #values: Float64Array;
  readonly #needsBefore: boolean;
  readonly #watchers: Watchers;
  /** F after the last update; what F is before the next one, unless an edit changed it. */
  #F: number;
  #edited = false;

  constructor(
    problem: Problem,
    diagnostics: readonly Diagnostic[],
    judged: readonly Judged[],
    reading: StepReading,
    rows: Rows,
    firstObjective: number,
  ) {
    this.#reading = reading;
    this.rows = rows;
    const ofBlock = diagnostics.filter(({ cost }) => cost === 'block');
    const measured: Measured[] = ofBlock.map(part => ({
      part: part as Diagnostic & Measure,
      evaluate: part.evaluate,
      at: rows.steps.indexOf(part.name) - KEYS,
    }));
    this.#columns = measured.length;
    const places = new Set<number>();
    this.#watchers = new Watchers(problem, judged, measure => {
      const { evaluate } = measure;
      const known = measured.find(one => one.evaluate === evaluate);
      if (!known) measured.push({ part: measure, evaluate, at: measured.length });
      const place = known?.at ?? measured.length - 1;
      places.add(place);
      return place;
    });
    this.#width = measured.length;
    this.#watched = measured.filter(({ at }) => places.has(at));
    this.#unwatched = measured.filter(({ at }) => !places.has(at));
    this.takesBatches = measured.every(
      ({ part }) => part.ofSets === true || part.batched !== undefined,
    );
    const before = measured.filter(({ part }) => part.when === 'read');
    this.#before = before.filter(({ part }) => part.ofSets !== true);
    this.#beforeSets = before.filter(({ part }) => part.ofSets === true);
    this.#after = measured.filter(({ part }) => part.when === 'commit');
    this.#sweep = diagnostics.filter(part => part.when === 'sweep');
    this.#sweepValues = new Float64Array(this.#sweep.length);
    this.#values = new Float64Array(this.#width).fill(Number.NaN);
    this.#needsBefore = diagnostics.some(({ needsBefore }) => needsBefore);
    this.#F = firstObjective;
    this.#watchers.begun(0, firstObjective);
  }

  /** An edit may have changed the state. */
  edited(): void {
    this.#edited = true;
  }

  /** Reads what stands before the update is made. A finding: it must not be made. */
  read(stepper: Stepper, { proposal, view }: Prepared): Finding | null {
    const { k } = stepper.state;
    const bad = firstNonfinite(k, proposal);
    if (bad) return bad;
    const reading = this.#reading;
    const { entries } = proposal;
    const length = entries.length * this.#width;
    if (this.#values.length < length) this.#values = new Float64Array(length).fill(Number.NaN);
    this.opened(stepper);
    for (let e = 0; e < entries.length; e++) {
      reading.open(view, proposal, entries[e]!);
      if (this.#needsBefore) reading.readBefore(stepper.state);
      this.#measure(this.#before, e * this.#width);
      if (entries.length > 1) this.#measure(this.#beforeSets, e * this.#width);
    }
    return null;
  }

  /** An update is about to be made: where an edit changed F, what comes is judged from there on. */
  opened({ state }: Stepper): void {
    if (!this.#edited) return;
    this.#reading.committed(state);
    const F = this.#reading.objective();
    if (!Object.is(F, this.#F)) this.#watchers.begun(state.k, F);
    this.#F = F;
    this.#edited = false;
  }

  /**
   * Measures the update that was made, to which the reading is turned, and writes a row for each of its blocks; `sweep` is the
   * sweep it belonged to.
   */
  written(stepper: Stepper, entries: readonly Entry[], sweep: number): readonly Finding[] {
    const { k } = stepper.state;
    // First all that may be interrupted, then the rows, together.
    this.#readAfter(entries);
    for (let e = 0; e < entries.length; e++)
      this.#write(k, entries[e]!.block, sweep, e * this.#width);
    this.rows.wrote(k);
    const found = this.#watch(k, entries);
    if (Number.isFinite(this.#F)) return found;
    const blocks = entries.map(({ block }) => block);
    return [...found, this.#notFinite(k, blocks)];
  }

  #readAfter(entries: readonly Entry[]): void {
    const reading = this.#reading;
    for (let e = 0; e < entries.length; e++) {
      reading.turn(entries[e]!);
      this.#measure(this.#after, e * this.#width);
    }
    this.#F = reading.objective();
  }

  #watch(k: number, entries: readonly Entry[]): readonly Finding[] {
    let found: readonly Finding[] = NOTHING;
    for (let e = 0; e < entries.length; e++) {
      const more = this.#watchers.moved(k, entries[e]!, this.#values, e * this.#width);
      if (more.length > 0) found = [...found, ...more];
    }
    return found;
  }

  /**
   * Shows the updates of a batch to the watchers, up to the first with a finding that ends it. How many were shown, and what was
   * found; where F is not finite after the last, that too.
   */
  watchBatch(
    batch: Batch,
    ends: (finding: string) => boolean,
  ): { readonly count: number; readonly found: readonly Finding[] } {
    const columns = this.#batchColumns();
    for (const { part, at } of this.#watched) part.batched?.(batch, columns[at]!);
    const { count, found } = this.#watchers.batched(batch, columns, ends);
    const { sweep, k, problem } = batch;
    this.#F = sweep.objective[count - 1]!;
    if (Number.isFinite(this.#F)) return { count, found };
    const last = problem.blocks[sweep.order[count - 1]!] as Block;
    return { count, found: [...found, this.#notFinite(k + count, [last])] };
  }

  /** Measures the rest of the updates of a batch, all of one sweep, and writes their rows. */
  batchWritten(batch: Batch, sweep: number): void {
    const { k, count } = batch;
    const columns = this.#batchColumns();
    for (const { part, at } of this.#unwatched) part.batched?.(batch, columns[at]!);
    const { order } = batch.sweep;
    this.rows.steps.openMany(count, (chunk, within, from, to) => {
      const [steps, blocks, sweeps] = chunk as [Float64Array, Int32Array, Int32Array];
      for (let u = from, row = within; u < to; u++, row++) {
        steps[row] = k + u + 1;
        blocks[row] = order[u]!;
        sweeps[row] = sweep;
      }
      for (let at = 0; at < this.#columns; at++) {
        const [into, values] = [chunk[at + KEYS] as Float64Array, columns[at]!];
        for (let u = from, row = within; u < to; u++, row++) into[row] = values[u]!;
      }
    });
    this.rows.wrote(k + count);
  }

  /** What is measured of each update of a batch; NaN for what only updates of several blocks have. */
  #batchColumns(): readonly Float64Array[] {
    this.#batch ??= Array.from({ length: this.#width }, () =>
      new Float64Array(MOST_UPDATES).fill(Number.NaN),
    );
    return this.#batch;
  }

  #notFinite(k: number, blocks: readonly Block[]): Finding {
    const { suspicion } = this.#watchers;
    const culprit = blocks.find(({ name }) => name === suspicion?.block) ?? blocks[0]!;
    const hint = suspicion ? ` ${suspicion.text}` : '';
    return nonfinite(k, culprit, 'objective after the update', this.#F, hint);
  }

  /** The rows of an update whose values after it cannot be had. */
  unwritable(k: number, entries: readonly Entry[], sweep: number): void {
    entries.forEach(({ block }, e) => {
      const from = e * this.#width;
      for (const { at } of this.#after) this.#values[from + at] = Number.NaN;
      this.#write(k, block, sweep, from);
    });
    this.rows.wrote(k);
  }

  #measure(parts: readonly Measured[], from: number): void {
    for (let i = 0; i < parts.length; i++) {
      const { evaluate, at } = parts[i]!;
      this.#values[from + at] = evaluate(this.#reading);
    }
  }

  #write(k: number, block: Block, sweep: number, from: number): void {
    const row = this.rows.steps.count;
    const columns = this.rows.steps.open();
    const within = rowWithin(row);
    (columns[0] as Float64Array)[within] = k;
    (columns[1] as Int32Array)[within] = block.index;
    (columns[2] as Int32Array)[within] = sweep;
    const values = this.#values;
    for (let at = 0; at < this.#columns; at++)
      (columns[at + KEYS] as Float64Array)[within] = values[from + at]!;
  }

  /** Evaluates the sweep's metrics and writes their row. */
  sweepWritten(k: number): void {
    if (this.#sweep.length === 0) return;
    // All of them before the row is opened: what they ask may be interrupted.
    const values = this.#sweepValues;
    for (let i = 0; i < values.length; i++) values[i] = this.#sweep[i]!.evaluate(this.#reading);
    const row = this.rows.sweeps.count;
    const columns = this.rows.sweeps.open();
    const at = rowWithin(row);
    (columns[0] as Float64Array)[at] = k;
    for (let i = 0; i < values.length; i++) (columns[i + 1] as Float64Array)[at] = values[i]!;
  }

  /** What is watched at the ends of sweeps, of all blocks: where a method says that it is time for that. */
  sweepEnded(state: State, method: Method): readonly Finding[] {
    if (method.settles?.(state) === false) return NOTHING;
    return this.#watchers.sweepEnded(state.k, this.#reading);
  }

  /** An update that was made before is made again, for the watchers alone; its rows are written already. */
  watchAgain(stepper: Stepper, entries: readonly Entry[], sweepEnds: boolean): void {
    const { k } = stepper.state;
    this.#reading.committed(stepper.state);
    this.#readAfter(entries);
    this.#watch(k, entries);
    if (sweepEnds) this.sweepEnded(stepper.state, stepper.recipe.method);
  }

  /** Goes on with all that another one knows, which is not used any more. */
  takeOver(other: Recorder): void {
    this.#F = other.#F;
    this.#edited = other.#edited;
    this.#watchers.takeOver(other.#watchers);
  }

  /** What it knows of the run so far, beside the rows: plain data, a copy. */
  get memory(): unknown {
    return { F: this.#F, edited: this.#edited, watchers: this.#watchers.memory } satisfies Memory;
  }

  set memory(memory: unknown) {
    const { F, edited, watchers } = memory as Memory;
    this.#F = F;
    this.#edited = edited;
    this.#watchers.memory = watchers;
  }
}

interface Memory {
  readonly F: number;
  readonly edited: boolean;
  readonly watchers: unknown;
}

const NOTHING: readonly Finding[] = [];
