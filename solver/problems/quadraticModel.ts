import {
  type Block,
  type Cache,
  type Estimate,
  lazy,
  memo,
  noPoll,
  type Poll,
  type Problem,
  pollWork,
} from '../core/problem.ts';
import type { DenseMatrix } from '../kernels/columns.ts';
import { symmetricEigenvalues } from '../kernels/eigen.ts';
import type { Kernels } from '../kernels/index.ts';
import { lanczos } from '../kernels/lanczos.ts';
import { cholesky, choleskySolve } from '../kernels/symmetricSolve.ts';
import { globalBound } from './curvature.ts';
import { zeroPenalty } from './linear/penalties.ts';

interface Quadratic {
  /** (N, N), symmetric to the bit, in the order of the blocks. */
  readonly H: DenseMatrix;
  readonly c: Float64Array;
  readonly blocks: readonly Block[];
  readonly start: Float64Array;
  readonly parameters: Readonly<Record<string, number | string | boolean>>;
  readonly kernels: Kernels;
  readonly poll: Poll;
}

/** f = ½xᵀHx + cᵀx, r = 0. Cache: Hx. H may be indefinite; then nothing bounds f from below, and no block is minimised. */
export function quadraticModel({
  H: given,
  c,
  blocks,
  start,
  parameters,
  kernels,
  poll,
}: Quadratic): Problem {
  const H = kernels.place(given);
  const N = H.rows;
  const penalty = zeroPenalty(poll);
  const point = lazy(() => kernels.array(N));
  const image = lazy(() => kernels.array(N));
  const gradientScratch = lazy(() => kernels.array(N));
  const here = lazy(() => kernels.array(N));

  const blockOf = memo<Float64Array>(blocks.length, block => diagonalBlock(H, block));
  const extremes = memo<Extremes>(blocks.length, block =>
    blockExtremes(H, block, blockOf, kernels, poll),
  );
  const lipschitz = (block: Block): number => {
    const { least, greatest } = extremes(block);
    const bound = greatest.value + greatest.error;
    if (bound > 0) return bound;
    return least.value < 0 ? -least.value + least.error : 0;
  };
  const product = (
    from: number,
    count: number,
    v: Float64Array,
    out: Float64Array,
    pollHere: Poll,
  ): void => {
    // H is symmetric: row k is column k.
    let work = 0;
    for (let k = 0; k < count; k++) {
      out[k] = kernels.dot(H.values, (from + k) * N + from, v, 0, count);
      work += count;
      if (work >= pollWork) {
        pollHere();
        work = 0;
      }
    }
  };
  const fullBoundVector = (v: Float64Array, out: Float64Array): void => product(0, N, v, out, poll);
  const move = (cache: Cache, block: Block, delta: Float64Array, pollHere: Poll): void => {
    let work = 0;
    for (let k = 0; k < block.size; k++) {
      if (delta[k] === 0) continue;
      kernels.columnAxpy(H, block.start + k, delta[k]!, cache, 0);
      work += N;
      if (work >= pollWork) {
        pollHere();
        work = 0;
      }
    }
  };
  const value = (cache: Cache, x: Float64Array): number =>
    0.5 * kernels.dot(x, 0, cache, 0, N) + kernels.dot(c, 0, x, 0, N);
  const gradient = (cache: Cache, _x: Float64Array, block: Block, out: Float64Array): void => {
    for (let k = 0; k < block.size; k++) out[k] = cache[block.start + k]! + c[block.start + k]!;
  };

  const { definite, least } = definiteness(H, fullBoundVector, poll);
  const convexBlocks = definite || blocks.every(block => extremes(block).least.value > 0);
  return {
    name: 'quadratic',
    blocks,
    size: N,
    // The gradient of a block is read off the cache; keeping that costs N multiply-adds a coordinate.
    work: N * N,
    notes: least.value + least.error < 0 ? [indefinite] : [],
    parameters,
    start,
    penalty,
    newCache(x) {
      const cache = image();
      cache.fill(0);
      for (const block of blocks) {
        move(cache, block, x.subarray(block.start, block.start + block.size), poll);
      }
      return cache.slice();
    },
    shift: (cache, _x, block, delta) => move(cache, block, delta, noPoll),
    shifted(cache, _x, block, delta, out) {
      out.set(cache);
      move(out, block, delta, poll);
    },
    value,
    valueAfter(cache, x, block, delta) {
      const after = image();
      const moved = point();
      after.set(cache);
      move(after, block, delta, poll);
      moved.set(x);
      for (let k = 0; k < block.size; k++) {
        moved[block.start + k] = moved[block.start + k]! + delta[k]!;
      }
      return value(after, moved);
    },
    gradient,
    finiteSum: null,
    rounding: {
      scale: cache => kernels.maxAbs(cache, 0, N),
      reach: memo<number>(blocks.length, ({ start, size }) =>
        kernels.maxAbs(H.values, start * N, size * N),
      ),
      gradient: ({ size }, drift) => 2 * Math.sqrt(size) * drift,
    },
    certificate: null,
    curvature: {
      lipschitz: (_cache, _x, block) => lipschitz(block),
      proven: true,
      globalLipschitz: lazy(() => globalBound(fullBoundVector, blocks, lipschitz, poll)),
      hessianVector: (_cache, _x, block, v, out) => product(block.start, block.size, v, out, poll),
      fullHessianVector: (_cache, _x, v, out) => product(0, N, v, out, poll),
      fullEstimate: null,
      fullBoundVector,
      convex: definite,
      constantHessian: true,
      sharpness: (_cache, _x, block) => extremes(block).greatest,
      metricMatrix: convexBlocks ? block => blockOf(block).slice() : null,
    },
    newtonModel: null,
    exactBlock: convexBlocks
      ? {
          minimize(cache, x, block, out, known) {
            const g = known ?? gradientScratch();
            const from = here();
            if (!known) gradient(cache, x, block, g);
            for (let k = 0; k < block.size; k++) from[k] = x[block.start + k]!;
            penalty.metricStep(from, g, blockOf(block), 1, block, out);
          },
        }
      : null,
    lowerBound: leastValue(H, c, definite, kernels, poll),
  };
}

const indefinite =
  'The matrix has a negative eigenvalue: the objective has no minimum, and a run may go to −∞.';

/** Up to this size eigenvalues are computed exactly, beyond by Lanczos; up to four times this, the minimum is solved for. */
const denseSize = 256;

/** The ends of a spectrum. */
export interface Extremes {
  readonly least: Estimate;
  readonly greatest: Estimate;
}

/** The ends of the spectrum of a diagonal block. */
export function blockExtremes(
  H: DenseMatrix,
  block: Block,
  blockOf: (block: Block) => Float64Array,
  kernels: Kernels,
  poll: Poll,
): Extremes {
  const d = block.size;
  const N = H.rows;
  if (d <= denseSize) {
    const values = symmetricEigenvalues(blockOf(block).slice(), d, poll);
    return {
      least: { value: values[0]!, error: 0 },
      greatest: { value: values[d - 1]!, error: 0 },
    };
  }
  const apply = (v: Float64Array, out: Float64Array): void => {
    for (let k = 0; k < d; k++) {
      out[k] = kernels.dot(H.values, (block.start + k) * N + block.start, v, 0, d);
    }
  };
  return lanczos(apply, d, { steps: 300, tolerance: 1e-10, both: true, poll });
}

/** Is H positive definite, as far as its least eigenvalue could be bounded? */
export function definiteness(
  H: DenseMatrix,
  product: (v: Float64Array, out: Float64Array) => void,
  poll: Poll,
): { readonly definite: boolean; readonly least: Estimate } {
  const N = H.rows;
  const { least, greatest } =
    N <= denseSize
      ? exactEnds(H, poll)
      : lanczos(product, N, { steps: 300, tolerance: 1e-10, both: true, poll });
  // Rounding puts the least eigenvalue of a singular matrix anywhere within N ulp of the largest.
  const slack = N * 2.3e-16 * Math.max(Math.abs(greatest.value), Math.abs(least.value));
  return {
    definite: least.value - least.error > slack,
    least: { value: least.value, error: least.error + slack },
  };
}

function exactEnds(H: DenseMatrix, poll: Poll): Extremes {
  const values = symmetricEigenvalues(H.values.slice(), H.rows, poll);
  return {
    least: { value: values[0]!, error: 0 },
    greatest: { value: values[H.rows - 1]!, error: 0 },
  };
}

/** min f = −½cᵀH⁻¹c, lowered by what rounding may have raised it; 0 for c = 0; null for an H that is not definite. */
export function leastValue(
  H: DenseMatrix,
  c: Float64Array,
  definite: boolean,
  kernels: Kernels,
  poll: Poll,
): number | null {
  const N = H.rows;
  if (!definite) return null;
  if (kernels.maxAbs(c, 0, N) === 0) return 0;
  if (N > 4 * denseSize) return null;
  const factor = cholesky(H.values.slice(), N, poll);
  if (factor === null || factor.rank < N) return null;
  const solution = c.slice();
  choleskySolve(factor, solution, new Float64Array(N));
  const least = -0.5 * kernels.dot(c, 0, solution, 0, N);
  return least - 4 * N * 2.3e-16 * Math.abs(least);
}

/** H_bb, (d, d), row-major. */
export function diagonalBlock(H: DenseMatrix, block: Block): Float64Array {
  const d = block.size;
  const out = new Float64Array(d * d);
  for (let k = 0; k < d; k++) {
    const from = (block.start + k) * H.rows + block.start;
    for (let l = 0; l < d; l++) out[k * d + l] = H.values[from + l]!;
  }
  return out;
}
