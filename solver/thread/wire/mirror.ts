import { lazy } from '../../core/problem.ts';
import { type Chunk, RowMemory } from '../../run/rows/rowMemory.ts';
import { append, batchOf, Rows } from '../../run/rows/rows.ts';
import type { BranchInfo, Calls, MetricsBatch } from '../../wire/protocol.ts';
import type { PackedInfo } from '../../wire/run.ts';
import { Declined, type FromThread } from '../shared.ts';

/** Rows to a batch pushed to the host: a stop that is told behind one waits for it, so it is small. */
export const BATCH_ROWS = 8192;

/** What the main thread knows of the run's rows: the solver thread's own memory, read only. */
export class Mirror {
  /** The step that its rows begin after. */
  readonly first: number;
  readonly #live: Rows;
  /** Reads what the solver thread spilled; spills only what comes from elsewhere. */
  readonly #memory: RowMemory;
  /** Chunks in memory by their ids. */
  readonly #chunks = new Map<number, Chunk>();
  readonly #branches = new Map<string, Rows>();
  readonly #before: RowsBefore | null;
  readonly #blockMetrics: readonly string[];
  readonly #sweepMetrics: readonly string[];
  readonly #blocks: () => ReadonlyMap<string, number>;
  /** Names of the metrics of the run. */
  readonly #ofRun: ReadonlySet<string>;

  constructor(
    tables: Pick<
      Extract<FromThread, { kind: 'tables' }>,
      'blockMetrics' | 'sweepMetrics' | 'from'
    > & { readonly info: Pick<PackedInfo, 'names' | 'metrics'> },
    memory = new RowMemory(Number.POSITIVE_INFINITY),
    /** The mirror of the thread that this one's goes on from. */
    before: Mirror | null = null,
  ) {
    this.first = before ? before.first : tables.from;
    this.#before = before && new RowsBefore(before, tables.from);
    this.#memory = memory;
    this.#blockMetrics = tables.blockMetrics;
    this.#sweepMetrics = tables.sweepMetrics;
    this.#live = Rows.create(tables.blockMetrics, tables.sweepMetrics, tables.from, this.#memory);
    this.#ofRun = new Set(
      tables.info.metrics.flatMap(({ name, of }) => (of === 'run' ? [name] : [])),
    );
    const { names } = tables.info;
    this.#blocks = lazy(() => new Map(names.map((name, i) => [name, i])));
  }

  /** Last step that may be read. */
  get end(): number {
    return this.#live.end;
  }

  adopt({ table, chunk }: Extract<FromThread, { kind: 'chunk' }>): void {
    this.#live[table].adopt(chunk);
    this.#chunks.set(chunk.id, chunk);
  }

  /** The memory of a chunk is let go; it is read from the file from now on. */
  spilled({ id, fd, at }: Extract<FromThread, { kind: 'spilled' }>): void {
    const chunk = this.#chunks.get(id);
    if (chunk) this.#memory.spilledElsewhere(chunk, fd, at);
    this.#chunks.delete(id);
  }

  publish({ steps, sweeps, end }: Extract<FromThread, { kind: 'count' }>): void {
    this.#live.publish(steps, sweeps, end);
  }

  /** Rows that come from elsewhere than a solver thread, whole steps behind those that are there. */
  append(rows: Parameters<typeof append>[1]): void {
    append(this.#live, rows, this.#blockMetrics, this.#sweepMetrics);
  }

  /** The rows beyond the branch's fork become its own. The solver's fresh chunks come with later messages. */
  fork(branch: BranchInfo): void {
    this.#branches.set(branch.id, this.#live.fork(branch.from));
    this.#before?.fork(branch);
  }

  /** Whole steps after the cursor, about `limit` rows at most; null: no such branch. */
  batch(branch: string, from: number, limit: number): MetricsBatch | null {
    const before = this.#before?.batch(branch, from, limit);
    if (before && before.count > 0) return before;
    const rows = this.#rowsOf(branch);
    return rows ? batchOf(rows, branch, from, limit, this.#blockMetrics, this.#sweepMetrics) : null;
  }

  /** One metric over time; a string: why it cannot be had. */
  series(params: Calls['series']['params']): Calls['series']['result'] | string {
    const before = this.#before?.series(params) ?? null;
    if (before === null) return this.#series(params);
    if (typeof before === 'string' || before.k.length === params.limit) return before;
    if (!this.#rowsOf(params.branch)) return before;
    const from = Math.max(params.from, before.k.at(-1) ?? 0);
    const rest = this.#series({ ...params, from, limit: params.limit - before.k.length });
    if (typeof rest === 'string') return rest;
    return {
      k: joined(before.k, rest.k),
      value: joined(before.value, rest.value),
      more: rest.more,
    };
  }

  #series({
    branch,
    metric,
    block,
    from,
    limit,
  }: Calls['series']['params']): Calls['series']['result'] | string {
    const rows = this.#rowsOf(branch);
    if (!rows)
      return `branch: "${branch}" is unknown; accepted: live${[...this.#branches.keys()].map(id => `, ${id}`).join('')}`;
    const index = block === null ? null : this.#blocks().get(block);
    if (index === undefined)
      return `block: "${block}" is not a block of this run; accepted: ${[...this.#blocks().keys()].slice(0, 12).join(', ')}`;
    const sweep = this.#sweepMetrics.includes(metric);
    const ofRun = this.#ofRun.has(metric);
    if (!sweep && !this.#blockMetrics.includes(metric))
      return `metric: "${metric}" is not measured in this run; accepted: ${[...this.#blockMetrics, ...this.#sweepMetrics].join(', ')}`;
    const table = sweep ? rows.sweeps : rows.steps;
    const column = table.indexOf(metric);
    const k = new Float64Array(Math.min(limit, table.count - table.from));
    const value = new Float64Array(k.length);
    let row = sweep ? rows.sweepRow(from + 1) : rows.row(from + 1);
    let count = 0;
    for (; row < table.count && count < limit; row++) {
      const at = table.get(0, row);
      if (at > rows.end) break;
      // A metric of the run stands on every row of its step, and is told once.
      if (ofRun && count > 0 && k[count - 1] === at) continue;
      if (!sweep && index !== null && table.get(1, row) !== index) continue;
      k[count] = at;
      value[count++] = table.get(column, row);
    }
    return { k: k.slice(0, count), value: value.slice(0, count), more: row < table.count };
  }

  /** The newest value of a metric of a block, or of the run (null), at or before step k of the live branch, and its step. */
  last(metric: string, block: number | null, k: number): Stood {
    const { steps } = this.#live;
    const column = steps.indexOf(metric);
    for (let row = this.#live.row(k + 1) - 1; row >= steps.from; row--) {
      if (block !== null && steps.get(1, row) !== block) continue;
      return { k: steps.get(0, row), value: steps.get(column, row) };
    }
    return never;
  }

  /** The value of a sweep's metric that stood last at or before step k, and its step. */
  lastOfSweep(metric: string, k: number): Stood {
    const { sweeps } = this.#live;
    const row = this.#live.sweepRow(k + 1) - 1;
    return row < sweeps.from
      ? never
      : { k: sweeps.get(0, row), value: sweeps.get(sweeps.indexOf(metric), row) };
  }

  /** Do the metrics of the sweep that ended at step k stand there, or are none measured? */
  hasSweep(k: number): boolean {
    const { sweeps } = this.#live;
    return this.#sweepMetrics.length === 0 || sweeps.get(0, this.#live.sweepRow(k)) === k;
  }

  /** The step before the first of the sweep, at or before step k. */
  firstOfSweep(sweep: number, k: number): number {
    const { steps } = this.#live;
    let row = this.#live.row(k + 1);
    while (row > steps.from && steps.get(2, row - 1) === sweep) row--;
    return row > steps.from ? steps.get(0, row - 1) : this.#live.from;
  }

  #rowsOf(branch: string): Rows | undefined {
    return branch === 'live' ? this.#live : this.#branches.get(branch);
  }
}

function joined(one: Float64Array, other: Float64Array): Float64Array {
  const both = new Float64Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

/** A value, and the step it was measured at. */
export interface Stood {
  readonly k: number;
  readonly value: number;
}
const never: Stood = { k: 0, value: Number.NaN };

type Asked =
  | { readonly call: 'metrics'; readonly params: Calls['metrics']['params'] }
  | { readonly call: 'series'; readonly params: Calls['series']['params'] };

/** What is asked of a run's rows, answered from where they are mirrored. */
export function rowAnswer(
  rows: Mirror,
  { call, params }: Asked,
): Calls['metrics']['result'] | Calls['series']['result'] {
  if (call === 'series') {
    const series = rows.series(params);
    if (typeof series === 'string') throw new Declined('refused', series);
    return series;
  }
  const { branch, from, limit } = params;
  const batch = rows.batch(branch, from, limit);
  if (batch) return batch;
  throw new Declined(
    'refused',
    `branch: "${branch}" is unknown; accepted: live and the branches that were announced`,
  );
}

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
