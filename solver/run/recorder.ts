import type { Diagnostic } from '../core/diagnostic.ts';
import type { Block, Problem } from '../core/problem.ts';
import type { Finding } from '../wire/protocol.ts';
import { rowWithin } from './columns.ts';
import { nonfinite, Watchers } from './findings.ts';
import type { StepReading } from './reading.ts';
import type { Rows } from './rows.ts';
import type { Prepared, Stepper } from './stepper.ts';

/** Measures updates as they are made, writes their rows and watches them. Reads everything, changes nothing. */
export class Recorder {
  readonly rows: Rows;
  readonly #reading: StepReading;
  readonly #problem: Problem;
  readonly #before: readonly Diagnostic[];
  readonly #after: readonly Diagnostic[];
  readonly #sweep: readonly Diagnostic[];
  readonly #columns: { readonly before: readonly number[]; readonly after: readonly number[] };
  readonly #values: Float64Array;
  readonly #afterValues: Float64Array;
  readonly #needsBefore: boolean;
  readonly #matrixMetric: boolean;
  /** Steps at which the watchers were told that a sweep had ended. */
  readonly #sweepEnds: number[] = [];
  #watchers: Watchers;
  readonly #firstObjective: number;

  constructor(
    problem: Problem,
    diagnostics: readonly Diagnostic[],
    reading: StepReading,
    rows: Rows,
    firstObjective: number,
    matrixMetric: boolean,
  ) {
    this.#matrixMetric = matrixMetric;
    this.#problem = problem;
    this.#reading = reading;
    this.rows = rows;
    this.#before = diagnostics.filter(part => part.when === 'read');
    this.#after = diagnostics.filter(part => part.when === 'commit');
    this.#sweep = diagnostics.filter(part => part.when === 'sweep');
    const columns = (parts: readonly Diagnostic[]) =>
      parts.map(part => rows.steps.indexOf(part.name));
    this.#columns = { before: columns(this.#before), after: columns(this.#after) };
    this.#values = new Float64Array(this.#before.length);
    this.#afterValues = new Float64Array(this.#after.length);
    this.#needsBefore = this.#after.some(part => part.name === 'actualDecrease');
    this.#firstObjective = firstObjective;
    this.#watchers = new Watchers(problem.blocks.length, firstObjective);
  }

  /** Lowest F of the rows. */
  get lowest(): number {
    return this.#watchers.lowest;
  }

  /** Reads what stands before the update is made. A finding: it must not be made. */
  read(k: number, { proposal, view, block }: Prepared): Finding | null {
    const bad = firstNonfinite(k, proposal, block);
    if (bad) return bad;
    this.#reading.open(view, proposal);
    if (this.#needsBefore) this.#reading.readBefore();
    for (let i = 0; i < this.#before.length; i++)
      this.#values[i] = (this.#before[i] as Diagnostic).evaluate(this.#reading);
    return null;
  }

  /** Measures the update that was made and writes its row; `sweep` is the sweep it belonged to. */
  written(stepper: Stepper, block: Block, sweep: number): Finding[] {
    const { state } = stepper;
    this.#reading.committed(state);
    for (let i = 0; i < this.#after.length; i++)
      this.#afterValues[i] = (this.#after[i] as Diagnostic).evaluate(this.#reading);
    return this.#watch(this.#write(block, sweep), block);
  }

  /** The row of an update whose values after it cannot be had. */
  unwritable(block: Block, sweep: number): void {
    this.#afterValues.fill(Number.NaN);
    this.#write(block, sweep);
  }

  #write(block: Block, sweep: number): number {
    const row = this.rows.steps.count;
    const { columns } = this.rows.steps.open();
    const at = rowWithin(row);
    (columns[0] as Int32Array)[at] = block.index;
    (columns[1] as Int32Array)[at] = sweep;
    for (let i = 0; i < this.#before.length; i++)
      (columns[this.#columns.before[i] as number] as Float64Array)[at] = this.#values[i] as number;
    for (let i = 0; i < this.#after.length; i++)
      (columns[this.#columns.after[i] as number] as Float64Array)[at] = this.#afterValues[
        i
      ] as number;
    return row;
  }

  /** Evaluates the sweep's metrics and writes their row. */
  sweepWritten(k: number): void {
    if (this.#sweep.length === 0) return;
    const values = this.#sweep.map(part => part.evaluate(this.#reading));
    const row = this.rows.sweeps.count;
    const { columns } = this.rows.sweeps.open();
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
    const kept = this.#sweepEnds.filter(k => k <= steps.count);
    this.#sweepEnds.length = 0;
    let ended = 0;
    for (let row = steps.from; row < steps.count; row++) {
      this.#watch(row, this.#problem.blocks[steps.read('block', row)] as Block);
      if (kept[ended] === row + 1) this.sweepEnded(kept[ended++] as number);
    }
  }

  #watch(row: number, block: Block): Finding[] {
    const { steps } = this.rows;
    const objective = steps.read('objective', row);
    const stepSize = steps.read('stepSize', row);
    // A step in the metric of the block's Hessian is no multiple of 1 over its sharpness.
    const product = this.#matrixMetric
      ? Number.NaN
      : steps.has('stepTimesSharpness')
        ? steps.read('stepTimesSharpness', row)
        : stepSize * steps.read('sharpness', row);
    const found = this.#watchers.update({
      k: row + 1,
      block,
      objective,
      gradNorm: steps.read('gradNorm', row),
      stepSize,
      stepTimesSharpness: product,
    });
    if (steps.has('objective') && !Number.isFinite(objective)) {
      found.push(nonfinite(row + 1, block, 'objective after the update', objective, hint(product)));
    }
    return found;
  }
}

/** The first term of the proposal that is not a finite number: gradient, step size, new value. */
function firstNonfinite(k: number, proposal: Prepared['proposal'], block: Block): Finding | null {
  for (let i = 0; i < block.size; i++) {
    const value = proposal.gradient[i] as number;
    if (!Number.isFinite(value))
      return nonfinite(
        k + 1,
        block,
        coordinate('gradient', block, i),
        value,
        ' The update is not made.',
      );
  }
  const { stepSize } = proposal;
  if (stepSize === Number.POSITIVE_INFINITY)
    return nonfinite(k + 1, block, 'step size', stepSize, ' The update is not made.');
  for (const move of proposal.moves) {
    for (let i = 0; i < block.size; i++) {
      const value = move.value[i] as number;
      if (!Number.isFinite(value))
        return nonfinite(
          k + 1,
          block,
          coordinate('new value', block, i),
          value,
          ' The update is not made.',
        );
    }
  }
  return null;
}

function coordinate(term: string, block: Block, i: number): string {
  return block.size === 1 ? term : `${term} in coordinate ${block.coordinates[i] ?? i}`;
}

function hint(product: number): string {
  return product > 2 ? ` Its step × sharpness is ${product.toPrecision(3)}, above 2.` : '';
}
