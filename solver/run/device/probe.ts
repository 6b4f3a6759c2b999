import { normals, stream } from '../../core/random.ts';
import type { DenseMatrix } from '../../kernels/columns.ts';
import type { Kernels } from '../../kernels/index.ts';
import type { Products } from '../../kernels/products.ts';
import { maxAbs, squaredNorm } from '../../kernels/vector.ts';

/** What a probe of Xᵀv measured. */
export interface Probed {
  /** max_j |error_j| / (‖X_j‖ ‖v‖) over the columns that were compared. */
  readonly off: number;
  /** Is every error within what float32 explains? */
  readonly right: boolean;
  /** Milliseconds of one product. */
  readonly device: number;
  readonly processor: number;
}

/** Multiply-adds that the processor is measured and compared by. */
const COMPARED = 1 << 24;
const TIMES = 3;

/** Compares Xᵀv of made-up numbers by a device with the processor's, in value and in time. */
export function probe(held: Products, X: DenseMatrix, kernels: Kernels): Probed {
  const v = kernels.array(X.rows);
  v.set(normals(X.rows, stream(1, 'probe')));
  const found = new Float64Array(X.columns);
  held.transposed(v, 0, found);
  let device = Number.POSITIVE_INFINITY;
  for (let k = 0; k < TIMES; k++)
    device = Math.min(
      device,
      timeOf(() => held.transposed(v, 0, found)),
    );
  const columns = Math.max(2, Math.min(X.columns, Math.floor(COMPARED / X.rows)));
  const compared = Int32Array.from({ length: columns }, (_, l) =>
    Math.floor((l * X.columns) / columns),
  );
  const exact = new Float64Array(columns);
  const compute = () => kernels.columnDots(X, compared, 0, columns, 0, v, 0, exact);
  compute();
  const processor = (timeOf(compute) * X.columns) / columns;
  const size = Math.sqrt(squaredNorm(v, 0, X.rows));
  const least = held.least * maxAbs(v, 0, X.rows);
  let off = 0;
  let right = true;
  for (let l = 0; l < columns; l++) {
    const j = compared[l]!;
    const error = Math.abs(found[j]! - exact[l]!);
    const norm = Math.sqrt(kernels.columnSquaredNorm(X, j)) * size;
    if (norm > 0) off = Math.max(off, error / norm);
    const rounding = 2 * X.rows * Number.EPSILON;
    if (!(error <= (held.slack + rounding) * norm + least)) right = false;
  }
  return { off, right, device, processor };
}

function timeOf(work: () => unknown): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}
