import type { Diagnostic } from '../core/diagnostic.ts';
import type { Entry, Metric } from '../core/method.ts';
import type { Block, Problem } from '../core/problem.ts';
import type { Finding } from '../wire/protocol.ts';
import { rowWithin } from './columns.ts';
import { nonfinite, type Observation, Watchers } from './findings.ts';
import { firstNonfinite } from './firstNonfinite.ts';
import type { StepReading } from './reading.ts';
import { KEY_COLUMNS as KEYS, type Rows } from './rows.ts';
import type { Prepared, Stepper } from './stepper.ts';

/** A diagnostic, and the place of its value among the metrics of a row. */
interface Measured {
  readonly part: Diagnostic;
  readonly at: number;
}

/** Measures updates as they are made, writes their rows and watches them. Reads everything, changes nothing. */
export class Recorder {
  readonly rows: Rows;
  readonly #reading: StepReading;
  readonly #problem: Problem;
  readonly #before: readonly Measured[];
  readonly #after: readonly Measured[];
  readonly #sweep: readonly Diagnostic[];
  /** Metrics of a row. */
  readonly #count: number;
  /** The metrics of each row of an update in the order of their columns, and one NaN after each. */
  #metrics: Float64Array;
  /** Places of the metrics that are watched: the NaN's for those that are not measured. */
  readonly #watched;
  readonly #needsBefore: boolean;
  readonly #matrixMetric: boolean;
  /** Steps at which the watchers were told that a sweep had ended. */
  readonly #sweepEnds: number[] = [];
  readonly #seen: { -readonly [K in keyof Observation]: Observation[K] };
  #watchers: Watchers;
  readonly #firstObjective: number;

  constructor(
    problem: Problem,
    diagnostics: readonly Diagnostic[],
    reading: StepReading,
    rows: Rows,
    firstObjective: number,
    metric: Metric,
  ) {
    this.#matrixMetric = metric === 'matrix';
    this.#problem = problem;
    this.#reading = reading;
    this.rows = rows;
    const measured = (when: Diagnostic['when']): Measured[] =>
      diagnostics
        .filter(part => part.when === when)
        .map(part => ({ part, at: rows.steps.indexOf(part.name) - KEYS }));
    this.#before = measured('read');
    this.#after = measured('commit');
    this.#sweep = diagnostics.filter(part => part.when === 'sweep');
    const count = this.#before.length + this.#after.length;
    this.#count = count;
    this.#metrics = new Float64Array(count + 1).fill(Number.NaN);
    const place = (name: string) =>
      rows.steps.has(name) ? rows.steps.indexOf(name) - KEYS : count;
    this.#watched = {
      objective: place('objective'),
      gradNorm: place('gradNorm'),
      stepSize: place('stepSize'),
      sharpness: place('sharpness'),
      stepTimesSharpness: place('stepTimesSharpness'),
    };
    this.#needsBefore = this.#after.some(({ part }) => part.name === 'actualDecrease');
    this.#seen = {
      k: 0,
      block: problem.blocks[0] as Block,
      objective: Number.NaN,
      gradNorm: Number.NaN,
      stepSize: Number.NaN,
      stepTimesSharpness: Number.NaN,
    };
    this.#firstObjective = firstObjective;
    this.#watchers = new Watchers(problem.blocks.length, firstObjective);
  }

  /** Lowest F of the rows. */
  get lowest(): number {
    return this.#watchers.lowest;
  }

  /** Reads what stands before the update is made. A finding: it must not be made. */
  read(k: number, { proposal, view }: Prepared): Finding | null {
    const bad = firstNonfinite(k, proposal);
    if (bad) return bad;
    const { entries } = proposal;
    const width = this.#count + 1;
    if (this.#metrics.length < entries.length * width)
      this.#metrics = new Float64Array(entries.length * width).fill(Number.NaN);
    for (let e = 0; e < entries.length; e++) {
      this.#reading.open(view, proposal, entries[e]!);
      if (e === 0 && this.#needsBefore) this.#reading.readBefore();
      this.#measure(this.#before, e * width);
    }
    return null;
  }

  /** Measures the update that was made and writes a row for each of its blocks; `sweep` is the sweep it belonged to. */
  written(stepper: Stepper, entries: readonly Entry[], sweep: number): readonly Finding[] {
    const { k } = stepper.state;
    this.#reading.committed(stepper.state);
    let found: readonly Finding[] = NOTHING;
    // First all that may be interrupted, then the rows, together.
    for (let e = 0; e < entries.length; e++) {
      this.#reading.block = entries[e]!.block;
      this.#measure(this.#after, e * (this.#count + 1));
    }
    for (let e = 0; e < entries.length; e++)
      this.#write(k, entries[e]!.block, sweep, e * (this.#count + 1));
    this.rows.wrote(k);
    for (let e = 0; e < entries.length; e++) {
      const from = e * (this.#count + 1);
      const more = this.#watch(k, entries[e]!.block, from);
      if (more.length > 0) found = [...found, ...more.filter(finding => isNews(finding, found))];
    }
    return found;
  }

  /** The rows of an update whose values after it cannot be had. */
  unwritable(k: number, entries: readonly Entry[], sweep: number): void {
    entries.forEach(({ block }, e) => {
      const from = e * (this.#count + 1);
      for (const { at } of this.#after) this.#metrics[from + at] = Number.NaN;
      this.#write(k, block, sweep, from);
    });
    this.rows.wrote(k);
  }

  #measure(parts: readonly Measured[], from: number): void {
    for (let i = 0; i < parts.length; i++)
      this.#metrics[from + parts[i]!.at] = parts[i]!.part.evaluate(this.#reading);
  }

  #write(k: number, block: Block, sweep: number, from: number): void {
    const row = this.rows.steps.count;
    const columns = this.rows.steps.open();
    const within = rowWithin(row);
    (columns[0] as Float64Array)[within] = k;
    (columns[1] as Int32Array)[within] = block.index;
    (columns[2] as Int32Array)[within] = sweep;
    for (let at = 0; at < this.#count; at++)
      (columns[at + KEYS] as Float64Array)[within] = this.#metrics[from + at]!;
  }

  /** Evaluates the sweep's metrics and writes their row. */
  sweepWritten(k: number): void {
    if (this.#sweep.length === 0) return;
    const values = this.#sweep.map(part => part.evaluate(this.#reading));
    const row = this.rows.sweeps.count;
    const columns = this.rows.sweeps.open();
    const at = rowWithin(row);
    (columns[0] as Float64Array)[at] = k;
    values.forEach((value, i) => {
      (columns[i + 1] as Float64Array)[at] = value;
    });
  }

  sweepEnded(k: number): Finding | null {
    this.#sweepEnds.push(k);
    return this.#watchers.sweepEnded(k);
  }

  /** After a fork: the watchers know what the rows that stayed tell. */
  rewatch(): void {
    this.#watchers = new Watchers(this.#problem.blocks.length, this.#firstObjective);
    const { steps } = this.rows;
    const kept = this.#sweepEnds.filter(k => k <= this.rows.end);
    this.#sweepEnds.length = 0;
    let ended = 0;
    for (let row = steps.from; row < steps.count; row++) {
      for (let at = 0; at < this.#count; at++) this.#metrics[at] = steps.get(at + KEYS, row);
      const k = steps.get(0, row);
      this.#watch(k, this.#problem.blocks[steps.read('block', row)] as Block, 0);
      if (kept[ended] === k && (row + 1 === steps.count || steps.get(0, row + 1) !== k))
        this.sweepEnded(kept[ended++] as number);
    }
  }

  /** Shows the watchers the metrics of a row of step k. */
  #watch(k: number, block: Block, from: number): readonly Finding[] {
    const values = this.#metrics;
    const places = this.#watched;
    const objective = values[from + places.objective]!;
    const stepSize = values[from + places.stepSize]!;
    const product =
      places.stepTimesSharpness < this.#count
        ? values[from + places.stepTimesSharpness]!
        : stepSize * values[from + places.sharpness]!;
    const seen = this.#seen;
    seen.k = k;
    seen.block = block;
    seen.objective = objective;
    seen.gradNorm = values[from + places.gradNorm]!;
    seen.stepSize = stepSize;
    // A step in the metric of the block's Hessian is no multiple of 1 over its sharpness.
    seen.stepTimesSharpness = this.#matrixMetric ? Number.NaN : product;
    const found = this.#watchers.update(seen);
    if (Number.isFinite(objective) || places.objective === this.#count) return found;
    const why = hint(seen.stepTimesSharpness);
    return [...found, nonfinite(k, block, 'objective after the update', objective, why)];
  }
}

/** What a run is told of once an update, whichever of its blocks showed it. */
function isNews({ name, block }: Finding, found: readonly Finding[]): boolean {
  return !found.some(
    other => other.name === name && (name !== 'stepTooLong' || other.block === block),
  );
}

const NOTHING: readonly Finding[] = [];

function hint(product: number): string {
  return product > 2 ? ` Its step × sharpness is ${product.toPrecision(3)}, above 2.` : '';
}
