import type { MetricsBatch } from '../wire/protocol.ts';
import type { Rows } from './rows.ts';

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
