import { positiveCurvature } from '../core/capability.ts';
import { type Block, type Estimate, type Poll, pollWork } from '../core/problem.ts';
import { largestEigenvalue } from '../kernels/eigen.ts';
import { lanczos } from '../kernels/lanczos.ts';
import { addColumn, addColumns, type Design, dotColumn, squaredColumn } from './linear/design.ts';

/** H = factor · Aᵀ diag(w) A/n + ridge · I, the ridge on all but the intercept; w null: ones. `w` has n entries. */
export interface Curvature {
  readonly a: Design;
  readonly factor: number;
  readonly ridge: number;
  readonly w: Float64Array | null;
}

/** Blocks up to this size get an exact eigenvalue, larger ones a Lanczos estimate. */
const denseSize = 256;

/** out[0…count) = (H v)_(from … from + count), v and out both over these coordinates; `rows` is scratch of n entries. */
export function curvatureVector(
  h: Curvature,
  from: number,
  count: number,
  v: Float64Array,
  out: Float64Array,
  rows: Float64Array,
): void {
  const { a, w } = h;
  rows.fill(0);
  addColumns(a, from, count, 1, v, 0, rows, a.poll);
  if (w !== null) for (let i = 0; i < a.n; i++) rows[i] = rows[i]! * w[i]!;
  let work = 0;
  for (let k = 0; k < count; k++) {
    const ridge = from + k < a.offset ? 0 : h.ridge;
    out[k] = (h.factor * dotColumn(a, from + k, rows, 0)) / a.n + ridge * v[k]!;
    work += a.n;
    if (work >= pollWork) {
      a.poll();
      work = 0;
    }
  }
}

/** H_bb, (d, d) row-major, symmetric to the bit. */
export function blockHessian(h: Curvature, block: Block): Float64Array {
  const { a, w } = h;
  const d = block.size;
  const H = new Float64Array(d * d);
  const column = new Float64Array(a.n);
  let work = 0;
  for (let k = 0; k < d; k++) {
    column.fill(0);
    addColumn(a, block.start + k, 1, column);
    if (w !== null) for (let i = 0; i < a.n; i++) column[i] = column[i]! * w[i]!;
    for (let l = 0; l <= k; l++) {
      const entry = (h.factor * dotColumn(a, block.start + l, column, 0)) / a.n;
      H[k * d + l] = entry;
      H[l * d + k] = entry;
      work += a.n;
      if (work >= pollWork) {
        a.poll();
        work = 0;
      }
    }
    if (block.start + k >= a.offset) H[k * d + k] = H[k * d + k]! + h.ridge;
  }
  return H;
}

/** λ_max(H_bb). */
export function blockSharpness(h: Curvature, block: Block): Estimate {
  const { a } = h;
  const d = block.size;
  if (d === 1) {
    const ridge = block.start < a.offset ? 0 : h.ridge;
    return { value: (h.factor * squaredColumn(a, block.start, h.w)) / a.n + ridge, error: 0 };
  }
  if (d <= denseSize)
    return { value: largestEigenvalue(blockHessian(h, block), d, a.poll), error: 0 };
  const rows = new Float64Array(a.n);
  const spectrum = lanczos((v, out) => curvatureVector(h, block.start, d, v, out, rows), d, {
    steps: 200,
    tolerance: 1e-10,
    poll: a.poll,
  });
  return spectrum.greatest;
}

/** An upper bound ≥ 0 of the curvature from an estimate of it. */
export function lipschitzFrom({ value, error }: Estimate): number {
  return Math.max(0, value + error);
}

/**
 * An upper bound of λ_max(Λ^{-1/2} H Λ^{-1/2}), Λ the L_b on their blocks, for a PSD H with λ_max(H_bb) ≤ L_b: at most the
 * number of blocks, and what Lanczos finds plus its error.
 */
export function globalBound(
  product: (v: Float64Array, out: Float64Array) => void,
  blocks: readonly Block[],
  lipschitz: (block: Block) => number,
  poll: Poll,
): number {
  const size = blocks.reduce((total, block) => total + block.size, 0);
  const scale = new Float64Array(size);
  for (const block of blocks) {
    scale.fill(
      1 / Math.sqrt(positiveCurvature(lipschitz(block))),
      block.start,
      block.start + block.size,
    );
  }
  const scaled = new Float64Array(size);
  const apply = (v: Float64Array, out: Float64Array): void => {
    for (let c = 0; c < size; c++) scaled[c] = scale[c]! * v[c]!;
    product(scaled, out);
    for (let c = 0; c < size; c++) out[c] = scale[c]! * out[c]!;
  };
  const { greatest } = lanczos(apply, size, { steps: 300, tolerance: 1e-12, poll });
  const bound = Math.min(greatest.value + greatest.error, blocks.length);
  return bound > 0 ? bound : 1;
}
