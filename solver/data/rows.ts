import type { DenseMatrix } from '../kernels/columns.ts';

/** Collects rows of p numbers of a table whose length is not known yet, in chunks of about half a megabyte. */
export class TableRows {
  readonly columns: number;
  readonly #chunkRows: number;
  #chunks: Float64Array[] = [];
  #rows = 0;

  constructor(columns: number) {
    this.columns = columns;
    this.#chunkRows = Math.max(1, Math.floor(65536 / columns));
  }

  get count(): number {
    return this.#rows;
  }

  /** Room for one more row: its array and first index; the caller fills it before the next call. */
  next(): { readonly values: Float64Array; readonly start: number } {
    const within = this.#rows % this.#chunkRows;
    if (within === 0) this.#chunks.push(new Float64Array(this.#chunkRows * this.columns));
    this.#rows++;
    return { values: this.#chunks[this.#chunks.length - 1]!, start: within * this.columns };
  }

  /** The listed columns of the table, column-major, in this order; `poll` is called between chunks. */
  gather(columns: Int32Array, poll: () => void): DenseMatrix {
    const n = this.#rows;
    const values = new Float64Array(n * columns.length);
    for (let chunk = 0; chunk < this.#chunks.length; chunk++) {
      const source = this.#chunks[chunk]!;
      const first = chunk * this.#chunkRows;
      const count = Math.min(this.#chunkRows, n - first);
      for (let c = 0; c < columns.length; c++) {
        let from = columns[c]!;
        const to = c * n + first;
        for (let i = 0; i < count; i++, from += this.columns) values[to + i] = source[from]!;
      }
      poll();
    }
    return { kind: 'dense', rows: n, columns: columns.length, values };
  }
}
