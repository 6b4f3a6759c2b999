import { rowWithin } from '../run/columns.ts';
import type { Rows } from '../run/rows.ts';
import type { TraceRows } from './header.ts';

/** Steps to a piece. */
const PIECE = 4096;

/** Names of the two tables' metrics. */
export interface MetricNames {
  readonly block: readonly string[];
  readonly sweep: readonly string[];
}

/** Rows with from < k ≤ to, at most a piece. */
export function rowsBetween(rows: Rows, names: MetricNames, from: number, to: number): TraceRows {
  const end = Math.min(to, rows.end, from + PIECE);
  const count = Math.max(0, end - from);
  const { steps, sweeps } = rows;
  const copies = (names: readonly string[], table: Rows['steps'], first: number, last: number) =>
    Object.fromEntries(
      names.map(name => [name, table.copy(name, first, last) as Float64Array] as const),
    );
  const sweepFrom = rows.sweepRow(from + 1);
  const sweepTo = rows.sweepRow(from + count + 1);
  return {
    count,
    k: Float64Array.from({ length: count }, (_, i) => from + i + 1),
    block: steps.copy('block', from, from + count) as Int32Array,
    sweep: steps.copy('sweep', from, from + count) as Int32Array,
    columns: copies(names.block, steps, from, from + count),
    sweepK: sweeps.copy('k', sweepFrom, sweepTo) as Float64Array,
    sweepColumns: copies(names.sweep, sweeps, sweepFrom, sweepTo),
  };
}

/** Puts rows behind those that are there. */
export function append({ steps, sweeps }: Rows, names: MetricNames, rows: TraceRows): void {
  for (let i = 0; i < rows.count; i++) {
    const within = rowWithin(steps.count);
    const { columns } = steps.open();
    (columns[0] as Int32Array)[within] = rows.block[i] as number;
    (columns[1] as Int32Array)[within] = rows.sweep[i] as number;
    names.block.forEach((name, at) => {
      (columns[at + 2] as Float64Array)[within] = rows.columns[name]?.[i] ?? Number.NaN;
    });
  }
  for (let i = 0; i < rows.sweepK.length; i++) {
    const within = rowWithin(sweeps.count);
    const { columns } = sweeps.open();
    (columns[0] as Float64Array)[within] = rows.sweepK[i] as number;
    names.sweep.forEach((name, at) => {
      (columns[at + 1] as Float64Array)[within] = rows.sweepColumns[name]?.[i] ?? Number.NaN;
    });
  }
}
