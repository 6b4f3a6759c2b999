import { Rows } from '../run/rows.ts';
import type { BlockInfo, BranchInfo, Calls, MetricsBatch } from '../wire/protocol.ts';
import type { FromThread } from './messages.ts';

/** Rows to a batch pushed to the host. */
export const BATCH_ROWS = 32_768;

/** What the main thread knows of the run's rows: the solver thread's own memory, read only. */
export class Mirror {
  readonly #live: Rows;
  readonly #branches = new Map<string, Rows>();
  readonly #blockMetrics: readonly string[];
  readonly #sweepMetrics: readonly string[];
  readonly #blocks: ReadonlyMap<string, number>;

  constructor(tables: Extract<FromThread, { kind: 'tables' }>) {
    this.#blockMetrics = tables.blockMetrics;
    this.#sweepMetrics = tables.sweepMetrics;
    this.#live = Rows.create(tables.blockMetrics, tables.sweepMetrics, tables.from);
    this.#blocks = new Map(tables.info.blocks.map((block: BlockInfo, i) => [block.name, i]));
  }

  /** Last step that may be read. */
  get end(): number {
    return this.#live.end;
  }

  adopt({ table, chunk }: Extract<FromThread, { kind: 'chunk' }>): void {
    this.#live[table].adopt(chunk);
  }

  publish({ steps, sweeps }: Extract<FromThread, { kind: 'count' }>): void {
    this.#live.steps.publish(steps);
    this.#live.sweeps.publish(sweeps);
  }

  /** The rows beyond the branch's fork become its own. The solver's fresh chunks come with later messages. */
  fork(branch: BranchInfo): void {
    this.#branches.set(branch.id, this.#live.fork(branch.from));
  }

  /** Rows after the cursor, at most `limit`; null: no such branch. */
  batch(branch: string, from: number, limit: number): MetricsBatch | null {
    const rows = this.#rowsOf(branch);
    if (!rows) return null;
    const first = Math.max(from, rows.steps.from);
    const to = Math.min(rows.end, first + limit);
    const count = Math.max(0, to - first);
    const columns = Object.fromEntries(
      this.#blockMetrics.map(name => [
        name,
        rows.steps.copy(name, first, first + count) as Float64Array,
      ]),
    );
    // Metrics of a sweep that ended at step `first` may have come after the row itself was sent: the reader takes them by k.
    const sweepFrom = rows.sweepRow(first);
    const sweepTo = rows.sweepRow(first + count + 1);
    return {
      branch,
      from: first,
      count,
      block: rows.steps.copy('block', first, first + count) as Int32Array,
      sweep: rows.steps.copy('sweep', first, first + count) as Int32Array,
      columns,
      sweepK: rows.sweeps.copy('k', sweepFrom, sweepTo) as Float64Array,
      sweepColumns: Object.fromEntries(
        this.#sweepMetrics.map(name => [
          name,
          rows.sweeps.copy(name, sweepFrom, sweepTo) as Float64Array,
        ]),
      ),
      more: to < rows.end,
    };
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
    if (!sweep && !this.#blockMetrics.includes(metric))
      return `metric: "${metric}" is not measured in this run; accepted: ${[...this.#blockMetrics, ...this.#sweepMetrics].join(', ')}`;
    const ks: number[] = [];
    const values: number[] = [];
    const table = sweep ? rows.sweeps : rows.steps;
    let row = sweep ? rows.sweepRow(from + 1) : Math.max(from, table.from);
    for (; row < table.count && ks.length < limit; row++) {
      if (!sweep && index !== null && table.get(0, row) !== index) continue;
      ks.push(sweep ? table.get(0, row) : row + 1);
      values.push(table.read(metric, row));
    }
    return { k: Float64Array.from(ks), value: Float64Array.from(values), more: row < table.count };
  }

  #rowsOf(branch: string): Rows | undefined {
    return branch === 'live' ? this.#live : this.#branches.get(branch);
  }
}
