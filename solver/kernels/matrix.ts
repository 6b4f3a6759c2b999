/** Dense (m, n), column-major: entry (i, j) at values[i + j m]. */
export interface DenseMatrix {
  readonly kind: 'dense';
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** Compressed sparse columns: column j holds values[p], rows indices[p], p = starts[j] … starts[j + 1] − 1, rows ascending. */
export interface SparseMatrix {
  readonly kind: 'sparse';
  readonly rows: number;
  readonly columns: number;
  readonly starts: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float64Array;
}

export type Matrix = DenseMatrix | SparseMatrix;
