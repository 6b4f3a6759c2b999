import type { MetricsBatch } from '../../wire/protocol.ts';
import { type ColumnSpec, Columns, rowWithin } from './columns.ts';
import { type Chunk, RowMemory } from './rowMemory.ts';

/** Which of the two tables a chunk belongs to. */
export type TableName = 'steps' | 'sweeps';

/** Columns of a step's row before its metrics: k, block and sweep. */
export const KEY_COLUMNS = 3;

/**
 * What was measured on one branch: a row for each block that a step moved, rows of one step side by side, and a row a
 * finished sweep with its k.
 */
export class Rows {
  readonly steps: Columns;
  readonly sweeps: Columns;
  /** Rows of steps up to here are not held: another process measured them, or another branch holds them. */
  #from: number;
  #end: number;

  constructor(steps: Columns, sweeps: Columns, from: number, end: number) {
    this.steps = steps;
    this.sweeps = sweeps;
    this.#from = from;
    this.#end = end;
  }

  /** Empty tables whose first rows will be those of step `from` + 1. */
  static create(
    blockMetrics: readonly string[],
    sweepMetrics: readonly string[],
    from = 0,
    memory: RowMemory = new RowMemory(),
    onChunk: (table: TableName, chunk: Chunk) => void = () => {},
  ): Rows {
    const float = (name: string): ColumnSpec => ({ name, kind: 'float64' });
    const int = (name: string): ColumnSpec => ({ name, kind: 'int32' });
    return new Rows(
      new Columns(
        [float('k'), int('block'), int('sweep'), ...blockMetrics.map(float)],
        0,
        memory,
        chunk => onChunk('steps', chunk),
      ),
      new Columns([float('k'), ...sweepMetrics.map(float)], 0, memory, chunk =>
        onChunk('sweeps', chunk),
      ),
      from,
      from,
    );
  }

  /** Rows with k ≤ from are not held. */
  get from(): number {
    return this.#from;
  }

  /** Last step that was recorded; `from` before the first. */
  get end(): number {
    return this.#end;
  }

  /** The rows of step k are complete. */
  wrote(k: number): void {
    this.#end = k;
  }

  /** Rows up to these counts may be read; `end` is the last step among them. */
  publish(steps: number, sweeps: number, end: number): void {
    this.steps.publish(steps);
    this.sweeps.publish(sweeps);
    this.#end = end;
  }

  /** First row of `steps` whose k is ≥ the given one. Rows of a step that is not complete count. */
  row(k: number): number {
    const { steps } = this;
    // With one row a step, the usual case, the row is known without a search.
    const guess = k - this.#from - 1 + steps.from;
    if (steps.get(0, guess) === k && !(steps.get(0, guess - 1) >= k)) return guess;
    return firstAtLeast(steps, k);
  }

  /** A value in the first row of step k, NaN where it has none. */
  value(name: string, k: number): number {
    const row = this.row(k);
    return this.steps.get(0, row) === k ? this.steps.read(name, row) : Number.NaN;
  }

  /** A copy of a column over the rows of the steps from < k ≤ to. */
  copy(name: string, from: number, to: number): Float64Array | Int32Array {
    return this.steps.copy(name, this.row(from + 1), this.row(to + 1));
  }

  /** Keeps steps 1 … k and returns the rest. */
  fork(k: number): Rows {
    const [end, kept] = [this.#end, Math.min(k, this.#end)];
    const steps = this.steps.fork(this.row(k + 1));
    const sweeps = this.sweeps.fork(this.sweepRow(k + 1));
    const branch = new Rows(steps, sweeps, Math.max(k, this.#from), Math.max(k, end));
    this.#end = kept;
    this.#from = Math.min(this.#from, k);
    return branch;
  }

  /** First row of `sweeps` whose k is ≥ the given one. */
  sweepRow(k: number): number {
    return firstAtLeast(this.sweeps, k);
  }

  /** Value of a sweep metric standing at step k, or NaN. */
  sweepValue(name: string, k: number): number {
    const row = this.sweepRow(k);
    return row < this.sweeps.count && this.sweeps.get(0, row) === k
      ? this.sweeps.read(name, row)
      : Number.NaN;
  }
}

/** First row whose k, the ascending first column, is ≥ the given one. */
function firstAtLeast(table: Columns, k: number): number {
  let low = table.from;
  let high = table.count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (table.get(0, middle) < k) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Whole steps with k > from as they go over the wire: at most `limit` rows, but at least one step where there is one.
 * Metrics of a sweep that ended at step `from` are among them: they may have come after its rows were sent.
 */
export function batchOf(
  rows: Rows,
  branch: string,
  from: number,
  limit: number,
  blockMetrics: readonly string[],
  sweepMetrics: readonly string[],
): MetricsBatch {
  const { steps, sweeps } = rows;
  const after = Math.max(from, rows.from);
  const first = rows.row(after + 1);
  const all = rows.row(rows.end + 1);
  let last = Math.min(all, first + limit);
  if (last < all) {
    const whole = rows.row(steps.get(0, last));
    last = whole > first ? whole : rows.row(steps.get(0, last) + 1);
  }
  const to = last > first ? steps.get(0, last - 1) : after;
  const sweepFrom = rows.sweepRow(after);
  const sweepTo = rows.sweepRow(to + 1);
  const floats = (names: readonly string[], table: typeof steps, a: number, b: number) =>
    Object.fromEntries(names.map(name => [name, table.copy(name, a, b) as Float64Array]));
  return {
    branch,
    from: after,
    to,
    count: last - first,
    k: steps.copy('k', first, last) as Float64Array,
    block: steps.copy('block', first, last) as Int32Array,
    sweep: steps.copy('sweep', first, last) as Int32Array,
    columns: floats(blockMetrics, steps, first, last),
    sweepK: sweeps.copy('k', sweepFrom, sweepTo) as Float64Array,
    sweepColumns: floats(sweepMetrics, sweeps, sweepFrom, sweepTo),
    more: last < all,
  };
}

/** Puts the whole steps of a batch behind those that are there. */
export function append(
  rows: Rows,
  batch: Pick<
    MetricsBatch,
    'count' | 'k' | 'block' | 'sweep' | 'columns' | 'sweepK' | 'sweepColumns'
  >,
  blockMetrics: readonly string[],
  sweepMetrics: readonly string[],
): void {
  const { steps, sweeps } = rows;
  for (let i = 0; i < batch.count; i++) {
    const within = rowWithin(steps.count);
    const columns = steps.open();
    const keys = [batch.k, batch.block, batch.sweep];
    keys.forEach((key, at) => {
      columns[at]![within] = key[i] as number;
    });
    blockMetrics.forEach((name, at) => {
      columns[KEY_COLUMNS + at]![within] = batch.columns[name]?.[i] ?? Number.NaN;
    });
  }
  for (let i = 0; i < batch.sweepK.length; i++) {
    const within = rowWithin(sweeps.count);
    const columns = sweeps.open();
    columns[0]![within] = batch.sweepK[i] as number;
    sweepMetrics.forEach((name, at) => {
      columns[1 + at]![within] = batch.sweepColumns[name]?.[i] ?? Number.NaN;
    });
  }
  if (batch.count > 0) rows.wrote(batch.k[batch.count - 1] as number);
}
