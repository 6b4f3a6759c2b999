import type { BranchInfo, Calls, MetricsBatch } from '../../wire/protocol.ts';

/** Who has the rows that a run had before its thread was replaced. */
interface Reader {
  batch(branch: string, from: number, limit: number): MetricsBatch | null;
  series(params: Calls['series']['params']): Calls['series']['result'] | string;
}

/** A thread that follows another goes on from a state of it: the rows up to there, and the branches, are those of the thread before. */
export class RowsBefore {
  readonly #reader: Reader;
  /** The steps that each branch has from before: after `from`, up to `to`. */
  readonly #parts: Map<string, { readonly from: number; readonly to: number }>;

  constructor(reader: Reader, to: number) {
    this.#reader = reader;
    this.#parts = new Map([['live', { from: 0, to }]]);
  }

  /** The steps beyond the fork are the branch's, also those from before. */
  fork({ id, from }: BranchInfo): void {
    const to = this.#parts.get('live')?.to ?? 0;
    this.#parts.set(id, { from, to });
    this.#parts.set('live', { from: 0, to: Math.min(to, from) });
  }

  /** Whole steps after `from` as far as they are from before; null: none is. */
  batch(branch: string, from: number, limit: number): MetricsBatch | null {
    const part = this.#parts.get(branch);
    if (!part) return this.#reader.batch(branch, from, limit);
    const after = Math.max(from, part.from);
    if (after >= part.to) return null;
    const batch = this.#reader.batch('live', after, limit);
    return batch && { ...upTo(batch, part.to), branch };
  }

  /** The points up to the last step from before, and how many more are asked for; null: none is from before. */
  series(params: Calls['series']['params']): Calls['series']['result'] | string | null {
    const part = this.#parts.get(params.branch);
    if (!part) return this.#reader.series(params);
    const from = Math.max(params.from, part.from);
    if (from >= part.to) return null;
    const found = this.#reader.series({ ...params, from, branch: 'live' });
    if (typeof found === 'string') return found;
    const beyond = found.k.findIndex(k => k > part.to);
    const count = beyond < 0 ? found.k.length : beyond;
    return { k: found.k.slice(0, count), value: found.value.slice(0, count), more: true };
  }
}

/** The rows up to a step; there are more. */
function upTo(batch: MetricsBatch, to: number): MetricsBatch {
  if (batch.to <= to) return { ...batch, more: true };
  const rows = batch.k.findIndex(k => k > to);
  const sweeps = batch.sweepK.findIndex(k => k > to);
  const cut = (columns: MetricsBatch['columns'], end: number) =>
    Object.fromEntries(
      Object.entries(columns).map(([name, values]) => [
        name,
        end < 0 ? values : values.slice(0, end),
      ]),
    );
  return {
    ...batch,
    to,
    count: rows,
    k: batch.k.slice(0, rows),
    block: batch.block.slice(0, rows),
    sweep: batch.sweep.slice(0, rows),
    columns: cut(batch.columns, rows),
    sweepK: sweeps < 0 ? batch.sweepK : batch.sweepK.slice(0, sweeps),
    sweepColumns: cut(batch.sweepColumns, sweeps),
    more: true,
  };
}
