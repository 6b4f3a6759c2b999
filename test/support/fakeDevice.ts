// A device without one: products in float64, off by as much as its slack allows, or by more.
import { stream } from '../../solver/core/random.ts';
import {
  columnDot,
  columnRowsDot,
  columnSquaredNorm,
  type DenseMatrix,
} from '../../solver/kernels/columns.ts';
import { Lost, type Products } from '../../solver/kernels/products.ts';
import { squaredNorm } from '../../solver/kernels/vector.ts';

export class FakeDevice implements Products {
  readonly device = 'an invented device';
  readonly least = 0;
  readonly slack: number;
  trouble: string | null = null;
  calls = 0;
  /** Errors are this many times what the slack allows. */
  exaggerates = 1;
  /** The call it is lost in, counted from 1. */
  lostAt = Number.POSITIVE_INFINITY;
  readonly #X: DenseMatrix;

  constructor(X: DenseMatrix, slack: number) {
    this.#X = X;
    this.slack = slack;
  }

  get ready(): boolean {
    return this.trouble === null;
  }

  give(up: string): Lost {
    this.trouble ??= up;
    return new Lost(this.trouble);
  }

  transposed(v: Float64Array, vStart: number, out: Float64Array): boolean {
    const size = Math.sqrt(squaredNorm(v, vStart, this.#X.rows));
    return this.#call(size, out, j => columnDot(this.#X, j, v, vStart));
  }

  rows(rows: Int32Array, v: Float64Array, vStart: number, out: Float64Array): boolean {
    const size = Math.sqrt(rows.reduce((s, row) => s + v[vStart + row]! ** 2, 0));
    return this.#call(size, out, j => columnRowsDot(this.#X, j, rows, v, vStart));
  }

  weighted(
    w: Float64Array | null,
    v: Float64Array,
    vStart: number,
    shift: number,
    out: Float64Array,
  ): boolean {
    const { rows, columns, values } = this.#X;
    const between = new Float64Array(rows).fill(shift);
    for (let j = 0; j < columns; j++)
      for (let i = 0; i < rows; i++)
        between[i] = between[i]! + values[j * rows + i]! * v[vStart + j]!;
    if (w !== null) for (let i = 0; i < rows; i++) between[i] = between[i]! * w[i]!;
    return this.#call(0, out, j => columnDot(this.#X, j, between, 0));
  }

  #call(size: number, out: Float64Array, exact: (j: number) => number): boolean {
    if (this.trouble !== null) throw new Lost(this.trouble);
    if (++this.calls >= this.lostAt) throw this.give('it was unplugged');
    // The same call has the same errors whenever it is made.
    const draw = stream(1, 'errors');
    for (let j = 0; j < this.#X.columns; j++) {
      const bound = this.slack * Math.sqrt(columnSquaredNorm(this.#X, j)) * size;
      out[j] = exact(j) + this.exaggerates * (2 * draw() - 1) * bound;
    }
    return true;
  }
}
