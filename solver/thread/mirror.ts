import { batchOf } from '../run/batch.ts';
import { type Chunk, RowMemory } from '../run/rowMemory.ts';
import { Rows } from '../run/rows.ts';
import type { BlockInfo, BranchInfo, Calls, MetricsBatch } from '../wire/protocol.ts';
import type { FromThread } from './messages.ts';

/** Rows to a batch pushed to the host. */
export const BATCH_ROWS = 32_768;

/** What the main thread knows of the run's rows: the solver thread's own memory, read only. */
export class Mirror {
  readonly #live: Rows;
  /** Reads what the solver thread spilled; spills nothing itself. */
  readonly #memory = new RowMemory(Number.POSITIVE_INFINITY);
  /** Chunks in memory by their ids. */
  readonly #chunks = new Map<number, Chunk>();
  readonly #branches = new Map<string, Rows>();
  readonly #blockMetrics: readonly string[];
  readonly #sweepMetrics: readonly string[];
  readonly #blocks: ReadonlyMap<string, number>;
  /** Names of the metrics of the run. */
  readonly #ofRun: ReadonlySet<string>;

  constructor(tables: Extract<FromThread, { kind: 'tables' }>) {
    this.#blockMetrics = tables.blockMetrics;
    this.#sweepMetrics = tables.sweepMetrics;
    this.#live = Rows.create(tables.blockMetrics, tables.sweepMetrics, tables.from, this.#memory);
    this.#ofRun = new Set(
      tables.info.metrics.flatMap(({ name, of }) => (of === 'run' ? [name] : [])),
    );
    this.#blocks = new Map(tables.info.blocks.map((block: BlockInfo, i) => [block.name, i]));
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

  /** The rows beyond the branch's fork become its own. The solver's fresh chunks come with later messages. */
  fork(branch: BranchInfo): void {
    this.#branches.set(branch.id, this.#live.fork(branch.from));
  }

  /** Whole steps after the cursor, about `limit` rows at most; null: no such branch. */
  batch(branch: string, from: number, limit: number): MetricsBatch | null {
    const rows = this.#rowsOf(branch);
    return rows ? batchOf(rows, branch, from, limit, this.#blockMetrics, this.#sweepMetrics) : null;
  }

  /** One metric over time; a string: why it cannot be had. */
  series({
    branch,
    metric,
    block,
    from,
    limit,
  }: Calls['series']['params']): Calls['series']['result'] | string {
    const rows = this.#rowsOf(branch);
    if (!rows)
      return `branch: "${branch}" is unknown; accepted: live${[...this.#branches.keys()].map(id => `, ${id}`).join('')}`;
    const index = block === null ? null : this.#blocks.get(block);
    if (index === undefined)
      return `block: "${block}" is not a block of this run; accepted: ${[...this.#blocks.keys()].slice(0, 12).join(', ')}`;
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

  #rowsOf(branch: string): Rows | undefined {
    return branch === 'live' ? this.#live : this.#branches.get(branch);
  }
}
