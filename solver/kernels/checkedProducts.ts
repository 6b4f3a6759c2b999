import { columnDot, columnRowsDot, columnSquaredNorm, type DenseMatrix } from './columns.ts';
import type { Lost, Products } from './products.ts';
import { maxAbs, squaredNorm } from './vector.ts';

/** Products of a kind from one that is compared to the next, and columns that are. */
const EVERY = 16;
const COLUMNS = 4;

/**
 * The products of a device, some of which are compared with float64 before anyone sees them: the first and every sixteenth
 * of a kind, four columns of it, others each time. One that is off by more than float32 explains ends the device. What is
 * compared changes no result.
 */
export class CheckedProducts implements Products {
  readonly #held: Products;
  readonly #X: DenseMatrix;
  #transposed = 0;
  #rows = 0;

  constructor(held: Products, X: DenseMatrix) {
    this.#held = held;
    this.#X = X;
  }

  get ready(): boolean {
    return this.#held.ready;
  }

  get trouble(): string | null {
    return this.#held.trouble;
  }

  get device(): string {
    return this.#held.device;
  }

  get slack(): number {
    return this.#held.slack;
  }

  get least(): number {
    return this.#held.least;
  }

  give(up: string): Lost {
    return this.#held.give(up);
  }

  transposed(v: Float64Array, vStart: number, out: Float64Array): boolean {
    if (!this.#held.transposed(v, vStart, out)) return false;
    const X = this.#X;
    const turn = this.#transposed++;
    if (turn % EVERY !== 0) return true;
    const size = Math.sqrt(squaredNorm(v, vStart, X.rows));
    const largest = maxAbs(v, vStart, X.rows);
    this.#compare(turn, out, size, largest, j => columnDot(X, j, v, vStart));
    return true;
  }

  rows(rows: Int32Array, v: Float64Array, vStart: number, out: Float64Array): boolean {
    if (!this.#held.rows(rows, v, vStart, out)) return false;
    const X = this.#X;
    const turn = this.#rows++;
    if (turn % EVERY !== 0) return true;
    let largest = 0;
    for (const row of rows) largest = Math.max(largest, Math.abs(v[vStart + row]!));
    // A row named often counts as often, which ‖X_j‖ times this allows for.
    const size = largest * rows.length;
    this.#compare(turn, out, size, largest, j => columnRowsDot(X, j, rows, v, vStart));
    return true;
  }

  weighted(
    w: Float64Array | null,
    v: Float64Array,
    vStart: number,
    shift: number,
    out: Float64Array,
  ): boolean {
    return this.#held.weighted(w, v, vStart, shift, out);
  }

  #compare(
    turn: number,
    out: Float64Array,
    size: number,
    largest: number,
    exact: (j: number) => number,
  ): void {
    const X = this.#X;
    for (let k = 0; k < Math.min(COLUMNS, X.columns); k++) {
      const j = ((turn / EVERY) * COLUMNS + k) % X.columns;
      const off = Math.abs(out[j]! - exact(j));
      const norm = Math.sqrt(columnSquaredNorm(X, j));
      const rounding = 2 * X.rows * Number.EPSILON;
      if (off <= (this.slack + rounding) * norm * size + this.least * largest) continue;
      const relative = (off / (norm * size)).toExponential(1);
      throw this.give(
        `its product with column ${j + 1} is off by ${relative} of the lengths multiplied, more than the ${this.slack.toExponential(1)} that float32 explains`,
      );
    }
  }
}
