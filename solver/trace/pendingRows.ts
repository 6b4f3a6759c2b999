import { type Data, Dictionary, Float64, Int32, makeData, Utf8, type Vector } from 'apache-arrow';
import type { TraceRows } from './header.ts';

/** Rows to a record batch, and what is missing to the end of its last step: a batch holds whole steps. */
export const BATCH = 8192;

/** Rows of the batch that is being filled. */
export class Pending {
  /** Metrics by name, those of a sweep after those of a block. */
  readonly metrics: Map<string, Float64Array>;
  readonly #blockMetrics: readonly string[];
  readonly #sweepMetrics: readonly string[];
  #kind = new Int32Array(BATCH);
  #k = new Float64Array(BATCH);
  #sweep = new Int32Array(BATCH);
  #block = new Int32Array(BATCH);
  /** Which rows are steps, name a block, end a sweep that was measured. */
  #isStep = new Uint8Array(BATCH);
  #hasBlock = new Uint8Array(BATCH);
  #hasSweep = new Uint8Array(BATCH);
  readonly #texts = new Map<number, { readonly text: string; readonly payload: string }>();
  count = 0;

  constructor(blockMetrics: readonly string[], sweepMetrics: readonly string[]) {
    this.#blockMetrics = blockMetrics;
    this.#sweepMetrics = sweepMetrics;
    this.metrics = new Map(
      [...blockMetrics, ...sweepMetrics].map(name => [name, new Float64Array(BATCH)]),
    );
  }

  step(rows: TraceRows, i: number, sweepRow: number): void {
    const at = this.#open();
    this.#kind[at] = 0;
    this.#k[at] = rows.k[i] as number;
    this.#sweep[at] = rows.sweep[i] as number;
    this.#block[at] = rows.block[i] as number;
    this.#isStep[at] = 1;
    this.#hasBlock[at] = 1;
    this.#hasSweep[at] = sweepRow < 0 ? 0 : 1;
    for (const name of this.#blockMetrics)
      (this.metrics.get(name) as Float64Array)[at] = rows.columns[name]?.[i] ?? Number.NaN;
    for (const name of this.#sweepMetrics)
      (this.metrics.get(name) as Float64Array)[at] =
        sweepRow < 0 ? 0 : (rows.sweepColumns[name]?.[sweepRow] ?? Number.NaN);
  }

  event(kind: number, k: number, block: number, text: string, payload: string): void {
    const at = this.#open();
    this.#kind[at] = kind;
    this.#k[at] = k;
    this.#sweep[at] = 0;
    this.#block[at] = Math.max(0, block);
    this.#isStep[at] = 0;
    this.#hasBlock[at] = block < 0 ? 0 : 1;
    this.#hasSweep[at] = 0;
    for (const values of this.metrics.values()) values[at] = 0;
    this.#texts.set(at, { text, payload });
  }

  /** The rows as columns, which share this memory: to be written before the next row. */
  take(names: { readonly kind: Vector<Utf8>; readonly block: Vector<Utf8> }): Data[] {
    const length = this.count;
    const steps = validity(this.#isStep, length);
    const words = (
      id: number,
      dictionary: Vector<Utf8>,
      data: Int32Array,
      valid: Validity = ALL,
    ): Data =>
      makeData({
        type: new Dictionary(new Utf8(), new Int32(), id),
        length,
        data: data.subarray(0, length),
        dictionary,
        ...valid,
      });
    const floats = (data: Float64Array, valid: Validity = ALL): Data =>
      makeData({ type: new Float64(), length, data: data.subarray(0, length), ...valid });
    const sweeps = validity(this.#hasSweep, length);
    const columns: Data[] = [
      words(0, names.kind, this.#kind),
      floats(this.#k),
      makeData({
        type: new Int32(),
        length,
        data: this.#sweep.subarray(0, length),
        ...steps,
      }),
      words(1, names.block, this.#block, validity(this.#hasBlock, length)),
      ...this.#blockMetrics.map(name => floats(this.metrics.get(name) as Float64Array, steps)),
      ...this.#sweepMetrics.map(name => floats(this.metrics.get(name) as Float64Array, sweeps)),
      this.#strings('text', length),
      this.#strings('payload', length),
    ];
    this.#texts.clear();
    this.count = 0;
    return columns;
  }

  /** The place of one more row. */
  #open(): number {
    const at = this.count++;
    if (at < this.#k.length) return at;
    this.#kind = grown(this.#kind);
    this.#k = grown(this.#k);
    this.#sweep = grown(this.#sweep);
    this.#block = grown(this.#block);
    this.#isStep = grown(this.#isStep);
    this.#hasBlock = grown(this.#hasBlock);
    this.#hasSweep = grown(this.#hasSweep);
    for (const [name, values] of this.metrics) this.metrics.set(name, grown(values));
    return at;
  }

  #strings(which: 'text' | 'payload', length: number): Data<Utf8> {
    const offsets = new Int32Array(length + 1);
    const bytes: Buffer[] = [];
    const has = new Uint8Array(length);
    let end = 0;
    for (let row = 0; row < length; row++) {
      const event = this.#texts.get(row);
      if (event) {
        const text = Buffer.from(event[which], 'utf8');
        bytes.push(text);
        has[row] = 1;
        end += text.byteLength;
      }
      offsets[row + 1] = end;
    }
    return makeData({
      type: new Utf8(),
      length,
      valueOffsets: offsets,
      data: Buffer.concat(bytes),
      ...validity(has, length),
    });
  }
}

function grown<T extends Float64Array | Int32Array | Uint8Array>(values: T): T {
  const wider = new (values.constructor as new (length: number) => T)(2 * values.length);
  wider.set(values);
  return wider;
}

interface Validity {
  readonly nullCount: number;
  readonly nullBitmap?: Uint8Array;
}
const ALL: Validity = { nullCount: 0 };

/** A bit a row, the lowest first; nothing where every row has its value. */
function validity(has: Uint8Array, length: number): Validity {
  const nullBitmap = new Uint8Array(((length + 63) >> 6) << 3);
  let present = 0;
  for (let row = 0; row < length; row++) {
    if (has[row] === 0) continue;
    present++;
    nullBitmap[row >> 3] = (nullBitmap[row >> 3] as number) | (1 << (row & 7));
  }
  return present === length ? ALL : { nullCount: length - present, nullBitmap };
}
