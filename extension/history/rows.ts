import type { MetricsBatch, RunInfo } from '../../solver/wire/protocol.ts';
import { type Column, floats, Increasing, integers } from './column.ts';

/** The rows of one branch: k = from + 1 … end, a column a metric, and for each block the list of its rows. */
export class Rows {
  readonly from: number;
  readonly block = integers();
  readonly sweep = integers();
  /** Metrics with a value on every row, by name. */
  readonly columns = new Map<string, Column<Float64Array>>();
  readonly sweepK = new Increasing();
  /** Metrics with a value at every k of `sweepK`, by name. */
  readonly sweepColumns = new Map<string, Column<Float64Array>>();
  /** k of the updates of each block, by its index in RunInfo.blocks. */
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
    return this.from + this.block.length;
  }

  /** Appends the rows of the batch beyond `end`, to which it must reach back. Metrics of a sweep may come after its rows. */
  append(batch: MetricsBatch): void {
    const skip = this.end - batch.from;
    for (let row = skip; row < batch.count; row++) {
      const k = batch.from + row + 1;
      this.#index(k, batch.block[row]!, batch.sweep[row]!);
    }
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
    const shared = Math.min(batch.count, this.end - batch.from);
    const offset = batch.from - this.from;
    for (let row = 0; row < shared; row++) {
      if (this.block.get(offset + row) !== batch.block[row]) return false;
      for (const [name, column] of this.columns) {
        const values = batch.columns[name];
        if (values !== undefined && !Object.is(column.get(offset + row), values[row])) return false;
      }
    }
    return true;
  }

  /** Takes the rows with k > `from` out of these rows and returns them as a branch of their own. */
  cut(info: Pick<RunInfo, 'blocks' | 'metrics'>, from: number): Rows {
    const tail = new Rows(info, from);
    const at = from - this.from;
    const open = this.sweepStarts.upTo(from) - 1;
    if (open >= 0) {
      tail.sweepStarts.push(this.sweepStarts.get(open));
      tail.sweepNumbers.push(this.sweepNumbers.get(open));
    }
    const block = this.block.tail(at);
    const sweep = this.sweep.tail(at);
    for (let row = 0; row < block.length; row++) {
      tail.#index(from + row + 1, block[row]!, sweep[row]!);
    }
    tail.block.pushAll(block);
    tail.sweep.pushAll(sweep);
    for (const [name, column] of this.columns) tail.columns.get(name)!.pushAll(column.tail(at));
    const kept = this.sweepK.upTo(from);
    for (let i = kept; i < this.sweepK.length; i++) tail.sweepK.push(this.sweepK.get(i));
    for (const [name, column] of this.sweepColumns) {
      tail.sweepColumns.get(name)!.pushAll(column.tail(kept));
    }
    this.#truncate(at, kept);
    return tail;
  }

  /** Value of a metric of cost class `block` at step k; NaN outside of the rows. */
  at(metric: string, k: number): number {
    return k > this.from ? (this.columns.get(metric)?.get(k - this.from - 1) ?? Number.NaN) : NaN;
  }

  get bytes(): number {
    let sum = this.block.bytes + this.sweep.bytes + this.sweepK.bytes;
    for (const column of this.columns.values()) sum += column.bytes;
    for (const column of this.sweepColumns.values()) sum += column.bytes;
    for (const list of this.visits) sum += list.bytes;
    return sum + this.sweepStarts.bytes + this.sweepNumbers.bytes;
  }

  #index(k: number, block: number, sweep: number): void {
    this.visits[block]?.push(k);
    const { length } = this.sweepNumbers;
    if (length > 0 && this.sweepNumbers.get(length - 1) === sweep) return;
    this.sweepStarts.push(k);
    this.sweepNumbers.push(sweep);
  }

  #truncate(rows: number, sweeps: number): void {
    const end = this.from + rows;
    this.block.truncate(rows);
    this.sweep.truncate(rows);
    for (const column of this.columns.values()) column.truncate(rows);
    this.sweepK.truncateAfter(end);
    for (const column of this.sweepColumns.values()) column.truncate(sweeps);
    for (const list of this.visits) list.truncateAfter(end);
    this.sweepStarts.truncateAfter(end);
    this.sweepNumbers.length = this.sweepStarts.length;
  }
}
