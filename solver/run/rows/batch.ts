import type { MetricsBatch } from '../../wire/protocol.ts';
import { rowWithin } from './columns.ts';
import { KEY_COLUMNS, type Rows } from './rows.ts';

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
