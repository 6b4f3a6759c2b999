import { type Chunk, type ColumnSpec, Columns } from './columns.ts';

/** Which of the two tables a chunk belongs to. */
export type TableName = 'steps' | 'sweeps';

/** What was measured on one branch: a row a step (row r is step r + 1), and a row a finished sweep with its k. */
export class Rows {
  readonly steps: Columns;
  readonly sweeps: Columns;

  constructor(steps: Columns, sweeps: Columns) {
    this.steps = steps;
    this.sweeps = sweeps;
  }

  /** Empty tables whose first row will be step `from` + 1. */
  static create(
    blockMetrics: readonly string[],
    sweepMetrics: readonly string[],
    from = 0,
    onChunk: (table: TableName, chunk: Chunk) => void = () => {},
  ): Rows {
    const float = (name: string): ColumnSpec => ({ name, kind: 'float64' });
    const int = (name: string): ColumnSpec => ({ name, kind: 'int32' });
    return new Rows(
      new Columns([int('block'), int('sweep'), ...blockMetrics.map(float)], from, chunk =>
        onChunk('steps', chunk),
      ),
      new Columns([float('k'), ...sweepMetrics.map(float)], 0, chunk => onChunk('sweeps', chunk)),
    );
  }

  /** Last step that was recorded. */
  get end(): number {
    return this.steps.count;
  }

  /** Keeps steps 1 … k and returns the rest. */
  fork(k: number): Rows {
    return new Rows(this.steps.fork(k), this.sweeps.fork(this.sweepRow(k + 1)));
  }

  /** First row of `sweeps` whose k is ≥ the given one. */
  sweepRow(k: number): number {
    let low = this.sweeps.from;
    let high = this.sweeps.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.sweeps.get(0, middle) < k) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Value of a sweep metric standing at step k, or NaN. */
  sweepValue(name: string, k: number): number {
    const row = this.sweepRow(k);
    return row < this.sweeps.count && this.sweeps.get(0, row) === k
      ? this.sweeps.read(name, row)
      : Number.NaN;
  }
}
