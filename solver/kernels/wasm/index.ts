/// <reference path="./wasm.d.ts" />
import { formatNumber } from '../../core/words.ts';
import { columnWork, type Matrix } from '../columns.ts';
import { jsKernels, type Kernels } from '../index.ts';
import { plainSweep } from '../sweep.ts';
import bytes from './assembly/index.wasm';
import { sweepBytes, wasmSweep } from './sweep.ts';

/** What the folder assembly exports; addresses in bytes, lengths in entries. */
interface Loops {
  sum(a: number, n: number): number;
  dot(a: number, b: number, n: number): number;
  dots(...addressesAndLengths: number[]): void;
  weightedSquares(a: number, w: number, n: number): number;
  axpy(c: number, x: number, y: number, n: number): number;
  weightedAxpy(c: number, w: number, x: number, y: number, n: number): void;
  addScalar(c: number, y: number, n: number): number;
  moveTo(a: number, b: number, n: number): number;
  sparseDot(values: number, rows: number, v: number, n: number): number;
  sparseAxpy(c: number, values: number, rows: number, v: number, n: number): void;
  sparseMove(c: number, values: number, rows: number, v: number, n: number, length: number): void;
  coordinateSweep(...addresses: number[]): number;
}

/** What is used of WebAssembly; Node's types leave it to a browser's. */
const { WebAssembly: engine } = globalThis as unknown as {
  readonly WebAssembly: {
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
    readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
  };
};

const PAGE = 65536;
/** Pages of a memory with addresses of 32 bits. */
const MOST_PAGES = 65536;
/** Vectors as long as the matrix has rows that find room beside it, as many as fit into MOST_BYTES but MUST at least; those beyond are ordinary arrays. */
const VECTORS = 64;
const MUST = 8;
const MOST_BYTES = 2 ** 28;
/** Columns of one call, a multiple of four. */
const LISTED = 1024;
/** Bytes of columns that the processor's caches hold, and of a column that is best read as one stream. */
const CACHED = 2 ** 21;
const SHORT = 12288;
/** The address of an array that is not in the memory. */
const OUTSIDE = -1;

let compiled: object | null = null;

/** Why WebAssembly with SIMD cannot be had in this process; null: it can. */
export function missing(): string | null {
  try {
    compiled ??= new engine.Module(bytes);
    return null;
  } catch (error) {
    return `WebAssembly is not to be had here (${(error as Error).message})`;
  }
}

/**
 * The kernels of one problem: its matrix and the vectors as long as its rows lie in the memory of a WebAssembly module,
 * whose SIMD loops are called where all operands lie there; else the plain loops are, to the same bits.
 */
export function wasmKernels(): Kernels {
  let trouble = missing();
  let loops: Loops | null = null;
  let buffer = new ArrayBuffer(0);
  /** First free byte. */
  let free = 0;
  let X: Matrix | null = null;
  let values = OUTSIDE;
  let indices = OUTSIDE;
  /** Room for a list of columns and for what is computed of them. */
  let listAt = 0;
  let list = new Int32Array(0);
  let listedAt = 0;
  let ofListed: Float64Array = new Float64Array(0);
  /** Room for one sweep, taken by the first. */
  let sweepRoom: number | null = null;

  const addresses = new WeakMap<Float64Array, number>();
  // The two arrays that were asked for last: an update uses hardly more.
  let first: Float64Array | null = null;
  let firstAt = OUTSIDE;
  let second: Float64Array | null = null;
  let secondAt = OUTSIDE;
  const addressOf = (v: Float64Array): number => {
    if (v === first) return firstAt;
    if (v === second) return secondAt;
    second = first;
    secondAt = firstAt;
    first = v;
    firstAt = addresses.get(v) ?? OUTSIDE;
    return firstAt;
  };
  const take = (count: number): Float64Array => {
    const v = new Float64Array(buffer, free, count);
    addresses.set(v, free);
    free += 8 * count;
    return v;
  };

  /** Begins a memory that has room for the matrix. */
  const begin = (rows: number, columns: number, bytesOfX: number): boolean => {
    const long = 8 * (rows + 2);
    const vectors = Math.max(MUST, Math.min(VECTORS, Math.floor(MOST_BYTES / long)));
    const needed = bytesOfX + sweepBytes(columns + 1) + 12 * LISTED + vectors * long + 64;
    const pages = Math.ceil(needed / PAGE);
    try {
      if (pages > MOST_PAGES) throw new Error('its addresses end at 4 GiB');
      const memory = new engine.Memory({ initial: pages });
      const { exports } = new engine.Instance(compiled as object, { env: { memory } });
      loops = exports as Loops;
      buffer = memory.buffer;
      free = 0;
      return true;
    } catch (error) {
      const size = formatNumber(needed / 2 ** 30);
      trouble = `the data and the vectors beside it take ${size} GiB, more than WebAssembly's memory holds (${(error as Error).message})`;
      return false;
    }
  };

  const place = <M extends Matrix>(matrix: M): M => {
    const { kind, rows, columns } = matrix;
    const sparse = kind === 'sparse' ? matrix.indices.length : 0;
    // One matrix a memory: what would be placed after it stays outside.
    const bytesOfX = 8 * (matrix.values.length + Math.ceil(sparse / 2));
    if (X || trouble || !begin(rows, columns, bytesOfX)) return matrix;
    values = free;
    const placed = take(matrix.values.length);
    placed.set(matrix.values);
    if (kind === 'dense') X = { kind, rows, columns, values: placed };
    else {
      indices = free;
      const own = new Int32Array(buffer, free, sparse);
      own.set(matrix.indices);
      free += 8 * Math.ceil(sparse / 2);
      X = { ...matrix, values: placed, indices: own };
    }
    listAt = free;
    list = new Int32Array(buffer, free, LISTED);
    free += 4 * LISTED;
    listedAt = free;
    ofListed = take(LISTED);
    sweepRoom = free;
    free += sweepBytes(columns + 1);
    return X as M;
  };

  const kernels: Kernels = {
    ...jsKernels,
    name: 'wasm',
    get trouble() {
      return trouble;
    },
    place,
    array: n =>
      X && n >= X.rows && free + 8 * n <= buffer.byteLength ? take(n) : new Float64Array(n),
    sum(a, start, n) {
      const at = addressOf(a);
      return at < 0 ? jsKernels.sum(a, start, n) : loops!.sum(at + 8 * start, n);
    },
    dot(a, aStart, b, bStart, n) {
      const from = addressOf(a);
      const to = addressOf(b);
      return from < 0 || to < 0
        ? jsKernels.dot(a, aStart, b, bStart, n)
        : loops!.dot(from + 8 * aStart, to + 8 * bStart, n);
    },
    squaredNorm(a, start, n) {
      const at = addressOf(a);
      return at < 0
        ? jsKernels.squaredNorm(a, start, n)
        : loops!.dot(at + 8 * start, at + 8 * start, n);
    },
    axpy(c, x, xStart, y, yStart, n) {
      const from = addressOf(x);
      const to = addressOf(y);
      return from < 0 || to < 0
        ? jsKernels.axpy(c, x, xStart, y, yStart, n)
        : loops!.axpy(c, from + 8 * xStart, to + 8 * yStart, n);
    },
    addScalar(c, y, start, n) {
      const at = addressOf(y);
      return at < 0 ? jsKernels.addScalar(c, y, start, n) : loops!.addScalar(c, at + 8 * start, n);
    },
    moveTo(a, b, n) {
      const to = addressOf(a);
      const from = addressOf(b);
      return to < 0 || from < 0 ? jsKernels.moveTo(a, b, n) : loops!.moveTo(to, from, n);
    },
    columnDot(A, j, v, vStart) {
      const at = A === X ? addressOf(v) : OUTSIDE;
      if (at < 0) return jsKernels.columnDot(A, j, v, vStart);
      const from = at + 8 * vStart;
      if (A.kind === 'dense') return loops!.dot(values + 8 * j * A.rows, from, A.rows);
      const p = A.starts[j]!;
      return loops!.sparseDot(values + 8 * p, indices + 4 * p, from, A.starts[j + 1]! - p);
    },
    columnDots(A, listed, from, end, shift, v, vStart, out) {
      const at = A === X && A.kind === 'dense' ? addressOf(v) : OUTSIDE;
      if (at < 0) {
        for (let l = from; l < end; l++)
          out[l] = kernels.columnDot(A, listed[l]! - shift, v, vStart);
        return;
      }
      const length = 8 * A.rows;
      // Two read v once. From the memory one stream is faster than two; four are for columns that outlast its start.
      const together = (end - from) * length <= CACHED ? 2 : length <= SHORT ? 1 : 4;
      for (let l = from; l < end; l += LISTED) {
        const count = Math.min(LISTED, end - l);
        for (let i = 0; i < count; i++) list[i] = listed[l + i]! - shift;
        loops!.dots(values, listAt, count, at + 8 * vStart, A.rows, listedAt, together);
        for (let i = 0; i < count; i++) out[l + i] = ofListed[i]!;
      }
    },
    columnAxpy(A, j, c, v, vStart) {
      const at = A === X ? addressOf(v) : OUTSIDE;
      if (at < 0) return jsKernels.columnAxpy(A, j, c, v, vStart);
      const to = at + 8 * vStart;
      if (A.kind === 'dense') return loops!.axpy(c, values + 8 * j * A.rows, to, A.rows);
      const p = A.starts[j]!;
      loops!.sparseAxpy(c, values + 8 * p, indices + 4 * p, to, A.starts[j + 1]! - p);
      return -1;
    },
    columnWeightedAxpy(A, j, c, w, wStart, v) {
      const at = A === X && A.kind === 'dense' ? addressOf(w) : OUTSIDE;
      const to = at < 0 ? OUTSIDE : addressOf(v);
      if (to < 0) return jsKernels.columnWeightedAxpy(A, j, c, w, wStart, v);
      loops!.weightedAxpy(c, at + 8 * wStart, values + 8 * j * A.rows, to, A.rows);
    },
    columnMove(A, j, c, cache) {
      const at = A === X ? addressOf(cache) : OUTSIDE;
      if (at < 0) return jsKernels.columnMove(A, j, c, cache);
      const p = A.starts[j]!;
      const count = A.starts[j + 1]! - p;
      loops!.sparseMove(c, values + 8 * p, indices + 4 * p, at, count, A.rows);
    },
    columnSquaredNorm(A, j) {
      if (A !== X) return jsKernels.columnSquaredNorm(A, j);
      const from = values + 8 * (A.kind === 'dense' ? j * A.rows : A.starts[j]!);
      return loops!.dot(from, from, columnWork(A, j));
    },
    columnWeightedSquaredNorm(A, j, w, wStart) {
      const at = A === X && A.kind === 'dense' ? addressOf(w) : OUTSIDE;
      return at < 0
        ? jsKernels.columnWeightedSquaredNorm(A, j, w, wStart)
        : loops!.weightedSquares(values + 8 * j * A.rows, at + 8 * wStart, A.rows);
    },
    coordinateSweep(spec) {
      if (spec.X !== X || loops === null || sweepRoom === null) return plainSweep(spec, kernels);
      const room = sweepRoom;
      sweepRoom = null;
      const call = loops.coordinateSweep;
      return wasmSweep(spec, kernels, { buffer, call, room, X, values, indices, addressOf });
    },
  };
  return kernels;
}
