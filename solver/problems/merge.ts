import type { Block, Curvature, Estimate, Poll, Problem } from '../core/problem.ts';
import { largestEigenvalue } from '../kernels/eigen.ts';
import { lanczos } from '../kernels/lanczos.ts';
import { lipschitzFrom } from './curvature.ts';
import { lazy } from './memo.ts';
import { blockwise, differenceVector } from './mergeBlockwise.ts';
import { mergedPenalty } from './mergedPenalty.ts';

type Product = (v: Float64Array, out: Float64Array) => void;

/** Up to this many coordinates λ_max comes from the dense matrix, beyond from Lanczos. */
const denseSize = 200;

/**
 * The same problem seen as one block `all`, for methods that move everything at once. Its penalty is still that of the old
 * blocks, one by one. L is λ_max of the whole Hessian's bound (null where the problem knows none). Where the problem has
 * no Hessian-vector product, sharpness comes from gradient differences.
 */
export function mergeBlocks(problem: Problem, poll: Poll): Problem {
  const { blocks, size, curvature } = problem;
  const all: Block = {
    name: 'all',
    index: 0,
    start: 0,
    size,
    coordinates: blocks.flatMap(block => block.coordinates),
  };
  return {
    ...problem,
    ...(problem.takesRanges ? {} : blockwise(problem, poll)),
    blocks: [all],
    penalty: mergedPenalty(problem.penalty, blocks),
    curvature: curvature && mergedCurvature(problem, curvature, poll),
    exactBlock: null,
  };
}

function mergedCurvature(problem: Problem, curvature: Curvature, poll: Poll): Curvature {
  const { size } = problem;
  const { fullBoundVector, fullHessianVector } = curvature;
  const bound =
    fullBoundVector === null ? null : lazy(() => greatestEigenvalue(fullBoundVector, size, poll));
  const hessianVector: Curvature['hessianVector'] = (cache, x, _block, v, out) => {
    if (fullHessianVector !== null) fullHessianVector(cache, x, v, out);
    else differenceVector(problem, x, v, out);
  };
  return {
    ...curvature,
    ...(problem.takesRanges ? {} : { hessianVector }),
    lipschitz: () => (bound === null ? null : lipschitzFrom(bound())),
    globalLipschitz: bound === null ? null : () => 1,
    sharpness(cache, x, block) {
      if (curvature.constantHessian && bound !== null) return bound();
      return greatestEigenvalue((v, out) => hessianVector(cache, x, block, v, out), size, poll);
    },
    metricMatrix: null,
  };
}

/** λ_max of a symmetric operator on `size` coordinates. */
function greatestEigenvalue(product: Product, size: number, poll: Poll): Estimate {
  if (size <= denseSize)
    return { value: largestEigenvalue(dense(product, size, poll), size), error: 0 };
  return lanczos(product, size, { steps: 200, tolerance: 1e-10, poll }).greatest;
}

/** The matrix of the operator, its lower triangle exact. */
function dense(product: Product, size: number, poll: Poll): Float64Array {
  const matrix = new Float64Array(size * size);
  const unit = new Float64Array(size);
  const column = new Float64Array(size);
  for (let j = 0; j < size; j++) {
    unit[j] = 1;
    product(unit, column);
    poll();
    unit[j] = 0;
    // Row j of a symmetric matrix is its column j.
    matrix.set(column, j * size);
  }
  return matrix;
}
