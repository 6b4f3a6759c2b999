import type { Axis } from '../solver/wire/panel.ts';
import type { BranchInfo, MetricsBatch, RunInfo } from '../solver/wire/protocol.ts';
import { place } from './history/axis.ts';
import { bucketWidth, decimate, type Points } from './history/decimate.ts';
import { Rows } from './history/rows.ts';

/** The newest row of a block. */
export interface Latest {
  readonly k: number;
  readonly sweep: number;
  /** Metrics of cost class `block`, by name. */
  readonly values: Readonly<Record<string, number>>;
}

/** What every block's newest value was when k updates were done; NaN for blocks that had not moved yet. */
export interface ValuesAt {
  readonly k: number;
  /** k of each block's newest update ≤ k, by its index; 0 for none. */
  readonly updated: Int32Array;
  /** By metric of cost class `block`: one value a block. */
  readonly values: Readonly<Record<string, Float64Array>>;
}

export interface SeriesQuery {
  /** `live`, or the id of a branch. */
  readonly branch?: string;
  /** Rows with fromK < k ≤ toK. Default: all. */
  readonly fromK?: number;
  readonly toK?: number;
  /** At most so many buckets; each gives its lowest and its highest value. Default: every row is a bucket of its own. */
  readonly buckets?: number;
  readonly x?: Axis;
}

export interface Series extends Points {
  /** Place of each point on the axis asked for. */
  readonly x: number[];
}

/** Rows of branches that are kept; the child still has what is dropped. */
const branchRows = 1_000_000;

/**
 * The host's mirror of a run's metrics: 8 + 4 + 4 + 4 + 8 × metrics bytes a row.
 * Rows come in order; a batch that does not connect is refused and asked for again from `end`.
 */
export class History {
  #info: Pick<RunInfo, 'blocks' | 'metrics'> = { blocks: [], metrics: [] };
  #indices: ReadonlyMap<string, number> = new Map();
  #live = new Rows(this.#info, 0);
  /** Rows that a batch declared void before the branch that they moved to was announced. */
  #void: Rows | null = null;
  readonly #branches = new Map<string, Rows>();
  #revision = 0;
  #bound = Number.NEGATIVE_INFINITY;
  #lowest = Number.POSITIVE_INFINITY;

  /** Forgets everything and takes rows of this run from now on. */
  begin(info: Pick<RunInfo, 'blocks' | 'metrics'> & Partial<Pick<RunInfo, 'lowerBound'>>): void {
    this.#info = info;
    this.#indices = new Map(info.blocks.map(({ name }, index) => [name, index]));
    this.#live = new Rows(info, 0);
    this.#void = null;
    this.#branches.clear();
    this.#revision++;
    this.#bound = info.lowerBound ?? Number.NEGATIVE_INFINITY;
    this.#lowest = Number.POSITIVE_INFINITY;
  }

  /** Rows k = 1 … end of the live branch are held. */
  get end(): number {
    return this.#live.end;
  }

  /** Changes whenever rows that were there are not any more. */
  get revision(): number {
    return this.#revision;
  }

  /** The best lower bound of F known: the problem's own, or the largest objective − gap seen on any branch; −∞ where there is none. */
  get bound(): number {
    return this.#bound;
  }

  /** Smallest finite objective seen on any branch; ∞ before the first row. */
  get lowest(): number {
    return this.#lowest;
  }

  get bytes(): number {
    let sum = this.#live.bytes + (this.#void?.bytes ?? 0);
    for (const rows of this.#branches.values()) sum += rows.bytes;
    return sum;
  }

  /**
   * Takes the rows in. Rows held already are skipped when they are the same; when they differ, an edit in the past
   * made the held ones void. False: the batch starts beyond `end`, ask again from there.
   */
  append(batch: MetricsBatch): boolean {
    const live = batch.branch === 'live';
    const rows = live ? this.#live : this.#branches.get(batch.branch);
    if (rows === undefined) {
      this.#branches.set(batch.branch, new Rows(this.#info, batch.from));
      return this.append(batch);
    }
    if (batch.from > rows.end || batch.from < rows.from) return false;
    if (live && batch.from < rows.end && !rows.agrees(batch)) this.#void = this.#cut(batch.from);
    const before = rows.k.length;
    const sweeps = rows.sweepK.length;
    rows.append(batch);
    this.#remember(rows, before, sweeps);
    return true;
  }

  /** Moves the live rows beyond `branch.from` to the branch. To be called on every `branch` event. */
  truncateToBranch(branch: BranchInfo): void {
    const pending = this.#void;
    this.#void = null;
    const rows =
      pending !== null && pending.from === branch.from ? pending : this.#cut(branch.from);
    if (rows.end > rows.from) this.#branches.set(branch.id, rows);
    let kept = 0;
    for (const [id, held] of [...this.#branches].reverse()) {
      kept += held.k.length;
      if (kept > branchRows) this.#branches.delete(id);
    }
  }

  /** The block's newest row, or null before its first update. */
  latest(block: string): Latest | null {
    const list = this.#visits(block);
    if (list === undefined || list.length === 0) return null;
    const row = list.get(list.length - 1);
    const values: Record<string, number> = {};
    for (const [name, column] of this.#live.columns) values[name] = column.get(row);
    return { k: this.#live.k.get(row), sweep: this.#live.sweep.get(row), values };
  }

  /** The block's last values, oldest first, at most `count`. */
  last(metric: string, block: string, count: number, upToK = this.end): Float64Array {
    const list = this.#visits(block);
    if (list === undefined) return new Float64Array(0);
    const column = this.#live.columns.get(metric);
    const end = list.upTo(this.#live.rowsUpTo(upToK) - 1);
    const out = new Float64Array(Math.min(count, end));
    for (let i = 0; i < out.length; i++)
      out[i] = column?.get(list.get(end - out.length + i)) ?? Number.NaN;
    return out;
  }

  /** Newest value of a metric of the run at or before k; NaN when there is none. */
  runValue(metric: string, k = this.end): number {
    const { sweepColumns, sweepK } = this.#live;
    const column = sweepColumns.get(metric);
    if (column === undefined) return this.#live.at(metric, Math.min(k, this.end));
    return column.get(sweepK.upTo(k) - 1);
  }

  series(metric: string, block: string | null, query: SeriesQuery = {}): Series {
    const rows = this.rows(query.branch ?? 'live');
    if (rows === undefined) return { k: [], low: [], high: [], x: [] };
    const { fromK = rows.from, toK = rows.end, buckets = toK - fromK, x = 'step' } = query;
    const width = bucketWidth(toK - fromK, buckets);
    const index = block === null ? null : (this.#indices.get(block) ?? null);
    const points = decimate(rows, metric, index, width, fromK, toK);
    return { ...points, x: points.k.map(k => place(rows, x, k, this.#info.blocks.length)) };
  }

  /** The table at step k. */
  valuesAt(k: number): ValuesAt {
    const { visits, columns } = this.#live;
    const count = this.#live.rowsUpTo(k);
    const updated = new Int32Array(visits.length);
    const rows = new Int32Array(visits.length);
    for (let b = 0; b < visits.length; b++) {
      const at = visits[b]!.upTo(count - 1);
      rows[b] = at === 0 ? -1 : visits[b]!.get(at - 1);
      updated[b] = at === 0 ? 0 : this.#live.k.get(rows[b]!);
    }
    const values: Record<string, Float64Array> = {};
    for (const [name, column] of columns) {
      const out = new Float64Array(visits.length).fill(Number.NaN);
      for (let b = 0; b < out.length; b++) if (rows[b]! >= 0) out[b] = column.get(rows[b]!);
      values[name] = out;
    }
    return { k, updated, values };
  }

  /** The rows of a branch, read only. */
  rows(branch: string): Rows | undefined {
    return branch === 'live' ? this.#live : this.#branches.get(branch);
  }

  #visits(block: string) {
    const index = this.#indices.get(block);
    return index === undefined ? undefined : this.#live.visits[index];
  }

  #cut(from: number): Rows {
    this.#revision++;
    return this.#live.cut(this.#info, Math.min(from, this.#live.end));
  }

  #remember(rows: Rows, before: number, sweeps: number): void {
    const objective = rows.columns.get('objective');
    for (let row = before; row < rows.k.length; row++) {
      const value = objective?.get(row) ?? Number.NaN;
      if (value < this.#lowest) this.#lowest = value;
    }
    const gap = rows.sweepColumns.get('gap');
    if (gap === undefined) return;
    for (let i = sweeps; i < rows.sweepK.length; i++) {
      const bound = rows.at('objective', rows.sweepK.get(i)) - gap.get(i);
      if (Number.isFinite(bound) && bound > this.#bound) this.#bound = bound;
    }
  }
}
