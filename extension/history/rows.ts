import type { MetricsBatch } from '../../solver/wire/protocol.ts';
import type { RunInfo } from '../../solver/wire/run.ts';
import { type Column, floats, integers } from './column.ts';
import { Increasing, Steps } from './increasing.ts';
import { keptRows, keptSweeps, PIECE } from './thin.ts';

/** The rows of one branch, of the steps from + 1 … end: a column a metric, and for each block the list of its rows. */
export class HistoryRows {
  readonly from: number;
  /** The step of each row, ascending; a step that moves several blocks has a row for each. */
  readonly k: Steps;
  readonly block = integers();
  readonly sweep = integers();
  /** Metrics with a value on every row, by name. */
  readonly columns = new Map<string, Column<Float64Array>>();
  readonly sweepK = new Increasing(true);
  /** Metrics with a value at every k of `sweepK`, by name. */
  readonly sweepColumns = new Map<string, Column<Float64Array>>();
  /** The rows of each block, by its index in RunInfo.blocks. */
  readonly visits: readonly Increasing[];
  /** k of the first update of each sweep that starts in these rows; for a branch also of the sweep that it leaves in. */
  readonly sweepStarts = new Increasing(true);
  readonly sweepNumbers = new Increasing();
  /** Rows up to this step were thinned to windows of at most `width` steps; 0: none was. */
  #thinnedTo = 0;
  #width = 1;
  readonly #ofRun: ReadonlySet<string>;

  constructor(info: Pick<RunInfo, 'blocks' | 'metrics'>, from: number) {
    this.from = from;
    this.k = new Steps(from);
    this.#ofRun = new Set(info.metrics.flatMap(({ name, of }) => (of === 'run' ? [name] : [])));
    this.visits = info.blocks.map(() => new Increasing());
    for (const { name, cost } of info.metrics) {
      (cost === 'block' ? this.columns : this.sweepColumns).set(name, floats());
    }
  }

  get end(): number {
    return this.k.length === 0 ? this.from : this.k.get(this.k.length - 1);
  }

  /** How many rows have a step ≤ k. */
  rowsUpTo(k: number): number {
    return this.k.upTo(k);
  }

  /** The last row of step k, or of the nearest earlier step that was kept; −1 outside of these rows. */
  rowOf(k: number): number {
    const row = this.rowsUpTo(k) - 1;
    return row >= 0 && (this.k.get(row) === k || k <= this.#thinnedTo) ? row : -1;
  }

  /** Can rows of steps beyond `from` be missing? */
  isThinned(from: number): boolean {
    return from < this.#thinnedTo;
  }

  get width(): number {
    return this.#width;
  }

  /** Where rows up to k were thinned, the step after which rows are missing; null where none is. */
  thinnedSince(k: number): number | null {
    if (k > this.#thinnedTo) return null;
    return Math.max(this.from, Math.floor((k - 1) / this.#width) * this.#width);
  }

  /**
   * Thins the rows of the steps up to `toK`, but for a window that is not whole, to windows of `width` steps. In pieces of
   * about `PIECE` rows, whose number each one tells: until the last all rows stay as they are, and more may be appended;
   * where rows were cut off meanwhile, it must not be gone on with.
   */
  *thinning(width: number, toK: number, byBlock: boolean): Generator<number, void> {
    const to = Math.floor(toK / width) * width;
    if (to <= this.from) return;
    const count = this.rowsUpTo(to);
    const kept = yield* keptRows(this, count, width, this.#ofRun, byBlock);
    const columns = this.#all.map(column => [column, column.fresh()] as const);
    const visits = this.visits.map(() => new Increasing());
    for (let at = 0; at < kept.length; at += PIECE) {
      const end = Math.min(at + PIECE, kept.length);
      for (const [column, fresh] of columns) fresh.pushSome(column as never, kept, at, end);
      for (let i = at; i < end; i++) visits[this.block.get(kept[i]!)]?.push(i);
      yield end - at;
    }
    for (let at = count; at < this.k.length; ) {
      const end = Math.min(at + PIECE, this.k.length);
      for (const [column, fresh] of columns) fresh.pushRange(column as never, at, end);
      const shift = kept.length - count;
      for (let row = at; row < end; row++) visits[this.block.get(row)]?.push(row + shift);
      at = end;
      if (at < this.k.length) yield PIECE;
    }
    for (const [column, fresh] of columns) column.become(fresh as never);
    for (const [b, list] of visits.entries()) this.visits[b]!.become(list);
    this.#thinSweeps(width, to);
    this.#thinnedTo = Math.max(this.#thinnedTo, to);
    this.#width = Math.max(this.#width, width);
  }

  get #all(): readonly (Steps | Column<Float64Array> | Column<Int32Array>)[] {
    return [this.k, this.block, this.sweep, ...this.columns.values()];
  }

  /** Metrics and starts of the sweeps up to step `to`, to windows of `width` steps. */
  #thinSweeps(width: number, to: number): void {
    const sweeps = this.sweepK.upTo(to);
    const keptOf = keptSweeps(this.sweepK, [...this.sweepColumns.values()], sweeps, width);
    for (const column of this.sweepColumns.values()) {
      const fresh = column.fresh();
      fresh.pushSome(column, keptOf, 0, keptOf.length);
      fresh.pushRange(column, sweeps, column.length);
      column.become(fresh);
    }
    this.sweepK.keep(keptOf, sweeps);
    const starts = this.sweepStarts.upTo(to);
    const opens = Int32Array.from({ length: starts }, (_, i) => i).filter(
      i =>
        i === 0 ||
        Math.floor((this.sweepStarts.get(i) - 1) / width) >
          Math.floor((this.sweepStarts.get(i - 1) - 1) / width),
    );
    this.sweepStarts.keep(opens, starts);
    this.sweepNumbers.keep(opens, starts);
  }

  /** Sweep of step k; NaN where these rows do not hold it. */
  sweepAt(k: number): number {
    return this.sweep.get(this.rowOf(k));
  }

  /** Index of the block that step k moved, of several the last; −1 where these rows do not hold it. */
  blockAt(k: number): number {
    const row = this.rowOf(k);
    return row < 0 ? -1 : this.block.get(row);
  }

  /** Appends the rows of the batch beyond `end`, to which it must reach back. Metrics of a sweep may come after its rows. */
  append(batch: MetricsBatch): void {
    const { end } = this;
    let skip = 0;
    while (skip < batch.count && batch.k[skip]! <= end) skip++;
    this.#index(batch, skip, batch.count);
    this.k.pushAll(batch.k.subarray(0, batch.count), skip);
    this.block.pushAll(batch.block.subarray(0, batch.count), skip);
    this.sweep.pushAll(batch.sweep.subarray(0, batch.count), skip);
    for (const [name, column] of this.columns) {
      const values = batch.columns[name];
      if (values !== undefined) column.pushAll(values.subarray(0, batch.count), skip);
      else for (let row = skip; row < batch.count; row++) column.push(Number.NaN);
    }
    const before = this.sweepK.length === 0 ? this.from : this.sweepK.get(this.sweepK.length - 1);
    for (let i = 0; i < batch.sweepK.length; i++) {
      if (batch.sweepK[i]! <= before || batch.sweepK[i]! > this.end) continue;
      this.sweepK.push(batch.sweepK[i]!);
      for (const [name, column] of this.sweepColumns) {
        column.push(batch.sweepColumns[name]?.[i] ?? Number.NaN);
      }
    }
  }

  /** Are the rows that both hold equal, bit for bit? The batch may hold rows that were thinned here. */
  agrees(batch: MetricsBatch): boolean {
    let held = this.rowsUpTo(batch.from);
    const pairs = [...this.columns].flatMap(([name, column]) => {
      const values = batch.columns[name];
      return values === undefined ? [] : [{ column, values }];
    });
    for (let row = 0; row < batch.count && held < this.k.length; row++) {
      const same = this.k.get(held) === batch.k[row] && this.block.get(held) === batch.block[row];
      if (!same) {
        const gone = batch.k[row]! <= this.#thinnedTo && batch.k[row]! <= this.k.get(held);
        if (!gone) return false;
        continue;
      }
      for (const { column, values } of pairs)
        if (!Object.is(column.get(held), values[row])) return false;
      held++;
    }
    return true;
  }

  /** Takes the rows with k > `from` out of these rows and returns them as a branch of their own. */
  cut(info: Pick<RunInfo, 'blocks' | 'metrics'>, from: number): HistoryRows {
    const tail = new HistoryRows(info, from);
    if (this.#thinnedTo > from) {
      tail.#thinnedTo = this.#thinnedTo;
      tail.#width = this.#width;
      this.#thinnedTo = from;
    }
    const at = this.rowsUpTo(from);
    const open = this.sweepStarts.upTo(from) - 1;
    if (open >= 0) {
      tail.sweepStarts.push(this.sweepStarts.get(open));
      tail.sweepNumbers.push(this.sweepNumbers.get(open));
    }
    const k = this.k.tail(at);
    const block = this.block.tail(at);
    const sweep = this.sweep.tail(at);
    tail.#index({ k, block, sweep }, 0, block.length);
    tail.k.pushAll(k);
    tail.block.pushAll(block);
    tail.sweep.pushAll(sweep);
    for (const [name, column] of this.columns) tail.columns.get(name)!.pushAll(column.tail(at));
    const kept = this.sweepK.upTo(from);
    for (let i = kept; i < this.sweepK.length; i++) tail.sweepK.push(this.sweepK.get(i));
    for (const [name, column] of this.sweepColumns) {
      tail.sweepColumns.get(name)!.pushAll(column.tail(kept));
    }
    this.#truncate(at, kept, from);
    return tail;
  }

  /** Value of a metric of cost class `block` at step k, as `rowOf` finds it; NaN outside of the rows. */
  at(metric: string, k: number): number {
    const row = this.rowOf(k);
    return row < 0 ? Number.NaN : (this.columns.get(metric)?.get(row) ?? Number.NaN);
  }

  get bytes(): number {
    let sum = this.k.bytes + this.block.bytes + this.sweep.bytes + this.sweepK.bytes;
    for (const column of this.columns.values()) sum += column.bytes;
    for (const column of this.sweepColumns.values()) sum += column.bytes;
    for (const list of this.visits) sum += list.bytes;
    return sum + this.sweepStarts.bytes + this.sweepNumbers.bytes;
  }

  /** Lists the rows from … to − 1 of these, which will stand behind those that are here, for their blocks and sweeps. */
  #index(rows: Pick<MetricsBatch, 'k' | 'block' | 'sweep'>, from: number, to: number): void {
    const shift = this.k.length - from;
    const { length } = this.sweepNumbers;
    let open = length > 0 ? this.sweepNumbers.get(length - 1) : Number.NaN;
    for (let row = from; row < to; row++) {
      this.visits[rows.block[row]!]?.push(row + shift);
      if (rows.sweep[row] === open) continue;
      open = rows.sweep[row]!;
      this.sweepStarts.push(rows.k[row]!);
      this.sweepNumbers.push(open);
    }
  }

  #truncate(rows: number, sweeps: number, end: number): void {
    this.k.truncate(rows);
    this.block.truncate(rows);
    this.sweep.truncate(rows);
    for (const column of this.columns.values()) column.truncate(rows);
    this.sweepK.truncateAfter(end);
    for (const column of this.sweepColumns.values()) column.truncate(sweeps);
    for (const list of this.visits) list.truncateAfter(rows - 1);
    this.sweepStarts.truncateAfter(end);
    this.sweepNumbers.length = this.sweepStarts.length;
  }
}
