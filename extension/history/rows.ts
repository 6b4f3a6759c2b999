import type { MetricsBatch, RunInfo } from '../../solver/wire/protocol.ts';
import { type Column, floats, Increasing, integers } from './column.ts';

/** The rows of one branch, of the steps from + 1 … end: a column a metric, and for each block the list of its rows. */
export class Rows {
  readonly from: number;
  /** The step of each row, ascending; a step that moves several blocks has a row for each. */
  readonly k = floats();
  readonly block = integers();
  readonly sweep = integers();
  /** Metrics with a value on every row, by name. */
  readonly columns = new Map<string, Column<Float64Array>>();
  readonly sweepK = new Increasing();
  /** Metrics with a value at every k of `sweepK`, by name. */
  readonly sweepColumns = new Map<string, Column<Float64Array>>();
  /** The rows of each block, by its index in RunInfo.blocks. */
  readonly visits: readonly Increasing[];
  /** k of the first update of each sweep that starts in these rows; for a branch also of the sweep that it leaves in. */
  readonly sweepStarts = new Increasing();
  readonly sweepNumbers = new Increasing();

  constructor(info: Pick<RunInfo, 'blocks' | 'metrics'>, from: number) {
    this.from = from;
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
    const steps = this.k;
    // With one row a step, the usual case, the count is known without a search.
    const guess = k - this.from;
    if (guess >= 1 && steps.get(guess - 1) === k && !(steps.get(guess) <= k)) return guess;
    let low = 0;
    let high = steps.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (steps.get(middle) <= k) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The last row of step k, −1 where these rows do not hold it. */
  rowOf(k: number): number {
    const row = this.rowsUpTo(k) - 1;
    return row >= 0 && this.k.get(row) === k ? row : -1;
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
    for (let row = skip; row < batch.count; row++) {
      this.#index(this.k.length + row - skip, batch.k[row]!, batch.block[row]!, batch.sweep[row]!);
    }
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

  /** Are the rows that both hold the same, bit for bit? */
  agrees(batch: MetricsBatch): boolean {
    const first = this.rowsUpTo(batch.from);
    const shared = Math.min(batch.count, this.k.length - first);
    for (let row = 0; row < shared; row++) {
      if (this.k.get(first + row) !== batch.k[row]) return false;
      if (this.block.get(first + row) !== batch.block[row]) return false;
      for (const [name, column] of this.columns) {
        const values = batch.columns[name];
        if (values !== undefined && !Object.is(column.get(first + row), values[row])) return false;
      }
    }
    return true;
  }

  /** Takes the rows with k > `from` out of these rows and returns them as a branch of their own. */
  cut(info: Pick<RunInfo, 'blocks' | 'metrics'>, from: number): Rows {
    const tail = new Rows(info, from);
    const at = this.rowsUpTo(from);
    const open = this.sweepStarts.upTo(from) - 1;
    if (open >= 0) {
      tail.sweepStarts.push(this.sweepStarts.get(open));
      tail.sweepNumbers.push(this.sweepNumbers.get(open));
    }
    const k = this.k.tail(at);
    const block = this.block.tail(at);
    const sweep = this.sweep.tail(at);
    for (let row = 0; row < block.length; row++) {
      tail.#index(row, k[row]!, block[row]!, sweep[row]!);
    }
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

  /** Value of a metric of cost class `block` at step k, of several blocks that it moved the last; NaN outside of the rows. */
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

  #index(row: number, k: number, block: number, sweep: number): void {
    this.visits[block]?.push(row);
    const { length } = this.sweepNumbers;
    if (length > 0 && this.sweepNumbers.get(length - 1) === sweep) return;
    this.sweepStarts.push(k);
    this.sweepNumbers.push(sweep);
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
