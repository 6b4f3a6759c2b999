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

/** Rows of abandoned futures that are kept; the child still has what is dropped. */
const ghostLimit = 1_000_000;

/**
 * The host's mirror of a run's metrics: 4 + 4 + 4 + 8 × metrics bytes a row.
 * Rows come in order; a batch that does not connect is refused and asked for again from `end`.
 */
export class History {
  #info: Pick<RunInfo, 'blocks' | 'metrics'> = { blocks: [], metrics: [] };
  #indices: ReadonlyMap<string, number> = new Map();
  #live = new Rows(this.#info, 0);
  /** Rows that a batch declared void before the branch that they moved to was announced. */
  #void: Rows | null = null;
  readonly #ghosts = new Map<string, Rows>();
  #revision = 0;
  #bound = Number.NEGATIVE_INFINITY;
  #lowest = Number.POSITIVE_INFINITY;

  /** Forgets everything and takes rows of this run from now on. */
  begin(info: Pick<RunInfo, 'blocks' | 'metrics'> & Partial<Pick<RunInfo, 'lowerBound'>>): void {
    this.#info = info;
    this.#indices = new Map(info.blocks.map(({ name }, index) => [name, index]));
    this.#live = new Rows(info, 0);
    this.#void = null;
    this.#ghosts.clear();
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
    for (const rows of this.#ghosts.values()) sum += rows.bytes;
    return sum;
  }

  /**
   * Takes the rows in. Rows held already are skipped when they are the same; when they differ, an edit in the past
   * made the held ones void. False: the batch starts beyond `end`, ask again from there.
   */
  append(batch: MetricsBatch): boolean {
    const live = batch.branch === 'live';
    const rows = live ? this.#live : this.#ghosts.get(batch.branch);
    if (rows === undefined) {
      this.#ghosts.set(batch.branch, new Rows(this.#info, batch.from));
      return this.append(batch);
    }
    if (batch.from > rows.end || batch.from < rows.from) return false;
    if (live && batch.from < rows.end && !rows.agrees(batch)) this.#void = this.#cut(batch.from);
    const before = rows.end;
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
    if (rows.end > rows.from) this.#ghosts.set(branch.id, rows);
    let kept = 0;
    for (const [id, ghost] of [...this.#ghosts].reverse()) {
      kept += ghost.end - ghost.from;
      if (kept > ghostLimit) this.#ghosts.delete(id);
    }
  }

  /** The block's newest row, or null before its first update. */
  latest(block: string): Latest | null {
    const list = this.#visits(block);
    if (list === undefined || list.length === 0) return null;
    const k = list.get(list.length - 1);
    const values: Record<string, number> = {};
    for (const name of this.#live.columns.keys()) values[name] = this.#live.at(name, k);
    return { k, sweep: this.#live.sweep.get(k - 1), values };
  }

  /** The block's last values, oldest first, at most `count`. */
  last(metric: string, block: string, count: number, upToK = this.end): Float64Array {
    const list = this.#visits(block);
    if (list === undefined) return new Float64Array(0);
    const end = list.upTo(upToK);
    const out = new Float64Array(Math.min(count, end));
    for (let i = 0; i < out.length; i++) {
      out[i] = this.#live.at(metric, list.get(end - out.length + i));
    }
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
    const updated = new Int32Array(visits.length);
    for (let b = 0; b < visits.length; b++) {
      const at = visits[b]!.upTo(k);
      updated[b] = at === 0 ? 0 : visits[b]!.get(at - 1);
    }
    const values: Record<string, Float64Array> = {};
    for (const [name, column] of columns) {
      const out = new Float64Array(visits.length).fill(Number.NaN);
      for (let b = 0; b < out.length; b++)
        if (updated[b]! > 0) out[b] = column.get(updated[b]! - 1);
      values[name] = out;
    }
    return { k, updated, values };
  }

  /** The rows of a branch, read only. */
  rows(branch: string): Rows | undefined {
    return branch === 'live' ? this.#live : this.#ghosts.get(branch);
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
    for (let k = before + 1; k <= rows.end; k++) {
      const value = rows.at('objective', k);
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
