import type { Axis } from '../solver/wire/panel.ts';
import type { BranchInfo, MetricsBatch } from '../solver/wire/protocol.ts';
import type { RunInfo } from '../solver/wire/run.ts';
import { bucketWidth, decimate, type Points, place } from './history/decimate.ts';
import { Entry } from './history/entry.ts';
import { Fit } from './history/fit.ts';
import { HistoryRows } from './history/rows.ts';

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
  readonly updated: Float64Array;
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

/** Rows of branches kept here; the source still has those that are dropped. */
const branchRows = 1_000_000;
/** Default limit on the bytes of rows. */
export const HISTORY_BYTES = 256 * 1024 * 1024;

/**
 * The host's mirror of a run's metrics: 4 + 4 + 4 + 8 × metrics bytes a row, up to a limit of bytes. Beyond it the
 * old rows are thinned: their extremes remain, so that charts stay as they are, and the source has the others.
 * Rows come in order; a batch that does not connect is refused and asked for again from `end`.
 */
export class History {
  /** The metrics at step 0. */
  readonly entry = new Entry();
  #info: Pick<RunInfo, 'blocks' | 'metrics'> = { blocks: [], metrics: [] };
  #indices: ReadonlyMap<string, number> = new Map();
  #live = new HistoryRows(this.#info, 0);
  /** Rows that a batch replaced before the branch they belong to was announced. */
  #void: HistoryRows | null = null;
  readonly #branches = new Map<string, HistoryRows>();
  #revision = 0;
  #lowest = Number.POSITIVE_INFINITY;
  /** All rows around a step of the live branch whose rows were thinned. */
  #exact: HistoryRows | null = null;
  #refined = 0;
  readonly #fit: Fit;

  /** `limit`: bytes of rows that are held. */
  constructor(limit = HISTORY_BYTES) {
    const held = () => ({
      live: this.#live,
      branches: this.#branches,
      pending: this.#void,
      bytes: this.bytes,
    });
    this.#fit = new Fit(limit, held, () => {
      this.#revision++;
    });
  }

  /** Forgets everything and takes rows of this run from now on. */
  begin(info: Pick<RunInfo, 'blocks' | 'metrics'>): void {
    this.#info = info;
    this.#indices = new Map(info.blocks.map(({ name }, index) => [name, index]));
    this.#live = new HistoryRows(info, 0);
    this.#fit.drop();
    this.#void = null;
    this.#exact = null;
    this.entry.take(null);
    this.#branches.clear();
    this.#revision++;
    this.#lowest = Number.POSITIVE_INFINITY;
  }

  /** Rows k = 1 … end of the live branch are held. */
  get end(): number {
    return this.#live.end;
  }

  /** Changes whenever rows are removed. */
  get revision(): number {
    return this.#revision;
  }

  /** Changes whenever thinned values become exact. */
  get refined(): number {
    return this.#refined;
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
      this.#branches.set(batch.branch, new HistoryRows(this.#info, batch.from));
      return this.append(batch);
    }
    if (batch.from > rows.end || batch.from < rows.from) return false;
    if (live && batch.from < rows.end && !rows.agrees(batch)) this.#void = this.#cut(batch.from);
    const before = rows.k.length;
    rows.append(batch);
    this.#remember(rows, before);
    this.#fit.after(rows.k.length - before);
    return true;
  }

  /** The step after which all live rows up to k are needed to know the values at k exactly; null: they are here. */
  missingAt(k: number): number | null {
    const from = this.#live.thinnedSince(k);
    const exact = this.#exact;
    return from === null || (exact !== null && exact.from <= from && k <= exact.end) ? null : from;
  }

  /** Takes all rows of the steps after `batches[0].from`, in order: values at these steps are exact from now on. */
  refine(batches: readonly MetricsBatch[]): void {
    const rows = new HistoryRows(this.#info, batches[0]?.from ?? 0);
    for (const batch of batches) rows.append(batch);
    this.#exact = rows;
    this.#refined++;
  }

  /** The live rows that hold step k: all of those around it where they were asked for. */
  rowsAt(k: number): HistoryRows {
    const exact = this.#exact;
    return exact !== null && exact.from < k && k <= exact.end ? exact : this.#live;
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

  /** The block's last values, oldest first, at most `count`; before its first update the one at step 0, where that is known. */
  last(metric: string, block: string, count: number, upToK = this.end): Float64Array {
    const list = this.#visits(block);
    if (list === undefined) return new Float64Array(0);
    const column = this.#live.columns.get(metric);
    const end = list.upTo(this.#live.rowsUpTo(upToK) - 1);
    if (end === 0) {
      const first = this.entry.at(metric, this.#indices.get(block)!);
      return Number.isNaN(first) ? new Float64Array(0) : Float64Array.of(first);
    }
    const out = new Float64Array(Math.min(count, end));
    for (let i = 0; i < out.length; i++)
      out[i] = column?.get(list.get(end - out.length + i)) ?? Number.NaN;
    return out;
  }

  /** Newest value of a metric of the run at or before k; NaN when there is none. */
  runValue(metric: string, k = this.end): number {
    if (k <= 0) return this.entry.at(metric, -1);
    const exact = this.rowsAt(Math.min(k, this.end));
    if (!exact.sweepColumns.has(metric)) return exact.at(metric, Math.min(k, this.end));
    const { sweepColumns, sweepK } = exact.sweepK.upTo(k) > 0 ? exact : this.#live;
    return sweepColumns.get(metric)!.get(sweepK.upTo(k) - 1);
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

  /** The table at step k; where rows were thinned it is exact once `missingAt` was answered. */
  valuesAt(k: number): ValuesAt {
    const blocks = this.#live.visits.length;
    const updated = new Float64Array(blocks);
    const values: Record<string, Float64Array> = {};
    for (const name of this.#live.columns.keys())
      values[name] = Float64Array.from({ length: blocks }, (_, b) => this.entry.at(name, b));
    for (const rows of new Set([this.#live, this.rowsAt(k)])) {
      const count = rows.rowsUpTo(k);
      for (let b = 0; b < blocks; b++) {
        const at = rows.visits[b]!.upTo(count - 1);
        if (at === 0) continue;
        const row = rows.visits[b]!.get(at - 1);
        updated[b] = rows.k.get(row);
        for (const [name, column] of rows.columns) values[name]![b] = column.get(row);
      }
    }
    return { k, updated, values };
  }

  /** The rows of a branch, read only. */
  rows(branch: string): HistoryRows | undefined {
    return branch === 'live' ? this.#live : this.#branches.get(branch);
  }

  #visits(block: string) {
    const index = this.#indices.get(block);
    return index === undefined ? undefined : this.#live.visits[index];
  }

  #cut(from: number): HistoryRows {
    this.#revision++;
    this.#fit.drop();
    if (this.#exact !== null && this.#exact.end > from) this.#exact = null;
    return this.#live.cut(this.#info, Math.min(from, this.#live.end));
  }

  #remember(rows: HistoryRows, before: number): void {
    const objective = rows.columns.get('objective');
    for (let row = before; row < rows.k.length; row++) {
      const value = objective?.get(row) ?? Number.NaN;
      if (value < this.#lowest) this.#lowest = value;
    }
  }
}
