import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Poll } from '../core/problem.ts';
import type { DenseMatrix } from '../kernels/columns.ts';
import { Lost, type Products } from '../kernels/products.ts';
import { heldNumbers } from './layout.ts';
import {
  type DeviceCall,
  type DeviceData,
  DONE,
  FAILED,
  type Opening,
  type RowsOfSlab,
  type Vectors,
} from './messages.ts';
import { leastOf, PIECE, type Shape, shapeOf, slabRows, slackOf } from './shape.ts';

/** Time between two looks at the user's wishes while the device works, in milliseconds. */
const SLICE = 4;
/** A device that has not opened, or has not answered, for so long is given up. */
const OPEN_MS = 20_000;
const ANSWER_MS = 20_000;
const FAILURE_BYTES = 1024;

/** A graphics device behind a thread of its own, which the calling thread waits for. */
export class Device implements Products {
  readonly device: string;
  slack = 0;
  least = 0;
  readonly #limit: number;
  readonly #worker: Worker;
  readonly #data: DeviceData;
  readonly #poll: Poll;
  #shape!: Shape;
  #vectors!: Vectors;
  #asked = 0;
  #trouble: string | null = null;

  private constructor(
    worker: Worker,
    data: DeviceData,
    poll: Poll,
    opening: Opening & { kind: 'open' },
  ) {
    this.#worker = worker;
    this.#data = data;
    this.#poll = poll;
    this.device = opening.device;
    this.#limit = opening.limit;
  }

  /** Opens a device by the package at this path; a clause where there is none. `file`: the bundle of the device's thread. */
  static async open(path: string, poll: Poll, file: string): Promise<Device | string> {
    const data: DeviceData = {
      package: path,
      control: new Int32Array(new SharedArrayBuffer(8)),
      failure: new Uint8Array(new SharedArrayBuffer(FAILURE_BYTES)),
    };
    const worker = new Worker(file, { workerData: data });
    // It may be left behind, and does not keep a process alive.
    worker.unref();
    const timeout = AbortSignal.timeout(OPEN_MS);
    try {
      const [opening] = (await once(worker, 'message', { signal: timeout })) as [Opening];
      if (opening.kind === 'open') {
        worker.on('error', () => {});
        return new Device(worker, data, poll, opening);
      }
      await worker.terminate();
      return opening.why;
    } catch (error) {
      void worker.terminate();
      return timeout.aborted
        ? `the device did not open within ${OPEN_MS / 1000} s`
        : `the device’s thread failed (${(error as Error).message})`;
    }
  }

  /** Uploads X, in slabs of at most so many bytes; a clause where the device cannot hold it. */
  hold(X: DenseMatrix, bytes = this.#limit): string | null {
    const shape = shapeOf(X.rows, X.columns, Math.min(bytes, this.#limit));
    if (shape === null) return `a row of ${X.columns} numbers is longer than the device takes`;
    this.#shape = shape;
    const long = slabRows(shape) * shape.slabs;
    this.#vectors = {
      given: new Float32Array(new SharedArrayBuffer(4 * Math.max(long, shape.stride))),
      weights: new Float32Array(new SharedArrayBuffer(4 * long)),
      found: new Float64Array(new SharedArrayBuffer(8 * shape.stride)),
    };
    this.#ask({ call: 'shape', shape, vectors: this.#vectors });
    let largest = 0;
    for (let slab = 0; slab < shape.slabs; slab++) {
      const numbers = heldNumbers(X, shape, slab, this.#poll);
      if (typeof numbers === 'string') return numbers;
      largest = Math.max(largest, numbers.largest);
      this.#ask({ call: 'hold', numbers: numbers.values });
    }
    this.slack = slackOf(shape);
    this.least = leastOf(shape, largest);
    return null;
  }

  get ready(): boolean {
    return this.#trouble === null;
  }

  get trouble(): string | null {
    return this.#trouble;
  }

  give(up: string): Lost {
    if (this.#trouble === null)
      this.#worker.postMessage({ id: ++this.#asked, call: { call: 'end' } });
    this.#trouble ??= up;
    return new Lost(this.#trouble);
  }

  transposed(v: Float64Array, vStart: number, out: Float64Array): boolean {
    const size = this.#give(this.#vectors.given, v, vStart, this.#shape.rows);
    if (size === null) return false;
    if (size > 0) this.#ask({ call: 'transposed' });
    this.#take(size, out);
    return true;
  }

  rows(rows: Int32Array, v: Float64Array, vStart: number, out: Float64Array): boolean {
    let size = 0;
    for (let k = 0; k < rows.length; k++) {
      size = Math.max(size, Math.abs(v[vStart + rows[k]!]!));
    }
    if (!Number.isFinite(size)) return false;
    const scale = powerAbove(size);
    if (size > 0) this.#ask({ call: 'rows', slabs: this.#bySlab(rows, v, vStart, scale) });
    this.#take(size === 0 ? 0 : scale, out);
    return true;
  }

  weighted(
    w: Float64Array | null,
    v: Float64Array,
    vStart: number,
    shift: number,
    out: Float64Array,
  ): boolean {
    const { rows, columns } = this.#shape;
    const { given, weights } = this.#vectors;
    const scale = this.#give(given, v, vStart, columns, Math.abs(shift));
    const weight = w === null ? 1 : this.#give(weights, w, 0, rows);
    if (scale === null || weight === null || !Number.isFinite(shift)) return false;
    if (w === null) weights.fill(1, 0, rows);
    const isZero = scale === 0 || weight === 0;
    if (!isZero) this.#ask({ call: 'weighted', shift: shift / scale });
    this.#take(isZero ? 0 : scale * weight, out);
    return true;
  }

  /** A product of two squares of made-up numbers, for measurements. */
  multiply(size: number): void {
    this.#ask({ call: 'multiply', size });
  }

  /** Gives the device back; what is asked of it from then on finds it lost. */
  leave(): void {
    this.#ask({ call: 'leave' });
  }

  /** to[0 … n) ← v/s for a power of two s ≥ max|v|, which is returned; 0 where all is 0, null where it is not finite. */
  #give(to: Float32Array, v: Float64Array, vStart: number, n: number, atLeast = 0): number | null {
    // What an interrupted call still reads must not change.
    this.#settle();
    let size = atLeast;
    for (let i = 0; i < n; i++) {
      size = Math.max(size, Math.abs(v[vStart + i]!));
    }
    if (!Number.isFinite(size)) return null;
    if (size === 0) return 0;
    const scale = powerAbove(size);
    for (let i = 0; i < n; i++) to[i] = v[vStart + i]! / scale;
    return scale;
  }

  #take(scale: number, out: Float64Array): void {
    const { found } = this.#vectors;
    for (let j = 0; j < this.#shape.columns; j++) out[j] = scale === 0 ? 0 : found[j]! * scale;
  }

  #bySlab(rows: Int32Array, v: Float64Array, vStart: number, scale: number): RowsOfSlab[] {
    const length = slabRows(this.#shape);
    const lists = Array.from({ length: this.#shape.slabs }, (): number[] => []);
    for (const row of rows) lists[Math.floor(row / length)]!.push(row);
    return lists.flatMap((list, slab) => {
      if (list.length === 0) return [];
      const index = new Float32Array(PIECE * Math.ceil(list.length / PIECE));
      const weights = new Float32Array(index.length);
      for (const [k, row] of list.entries()) {
        index[k] = row - slab * length;
        weights[k] = v[vStart + row]! / scale;
      }
      return [{ slab, index, weights }];
    });
  }

  #ask(call: DeviceCall): void {
    this.#settle();
    this.#worker.postMessage({ id: ++this.#asked, call });
    this.#settle();
    const { control, failure } = this.#data;
    const failed = Atomics.load(control, FAILED);
    if (failed > 0) throw this.give(new TextDecoder().decode(failure.slice(0, failed)));
  }

  /** Waits in slices until the last call is done, which an interruption may have left behind. */
  #settle(): void {
    if (this.#trouble !== null) throw new Lost(this.#trouble);
    const { control } = this.#data;
    const asked = this.#asked;
    for (let waited = 0; ; ) {
      const done = Atomics.load(control, DONE);
      if (done === asked) return;
      const started = performance.now();
      Atomics.wait(control, DONE, done, SLICE);
      waited += performance.now() - started;
      if (waited > ANSWER_MS)
        throw this.give(`the device did not answer for ${ANSWER_MS / 1000} s`);
      this.#poll();
    }
  }
}

/** The smallest power of two ≥ a number > 0, within what divides without loss. */
function powerAbove(size: number): number {
  const exponent = Math.ceil(Math.log2(size));
  const power = 2 ** Math.max(-1000, Math.min(1000, exponent));
  return power >= size ? power : power * 2;
}
