import {
  columnAxpy,
  columnDot,
  columnDot2,
  columnRowsDot,
  columnSquaredNorm,
  columnWeightedSquaredNorm,
} from './columns.ts';
import {
  logisticCurvature,
  logisticResidual,
  logisticResidualAt,
  sumLogisticLoss,
} from './logistic.ts';
import { addScalar, axpy, dot, maxAbs, squaredNorm, sum } from './vector.ts';

/**
 * The arrays and loops of a backend, used by problems and methods. Every backend gives the same bits: the order of each
 * sum is the one that vector.ts states. Loops over a block's few numbers (prox operators, small factorisations) are the
 * same for all backends and are imported where they are used.
 */
export interface Kernels {
  readonly name: 'js';
  /** n zeros, in memory that the loops can access. */
  array(n: number): Float64Array;
  readonly sum: typeof sum;
  readonly dot: typeof dot;
  readonly axpy: typeof axpy;
  readonly addScalar: typeof addScalar;
  readonly squaredNorm: typeof squaredNorm;
  readonly maxAbs: typeof maxAbs;
  readonly columnDot: typeof columnDot;
  readonly columnDot2: typeof columnDot2;
  readonly columnAxpy: typeof columnAxpy;
  readonly columnRowsDot: typeof columnRowsDot;
  readonly columnSquaredNorm: typeof columnSquaredNorm;
  readonly columnWeightedSquaredNorm: typeof columnWeightedSquaredNorm;
  readonly sumLogisticLoss: typeof sumLogisticLoss;
  readonly logisticResidual: typeof logisticResidual;
  readonly logisticResidualAt: typeof logisticResidualAt;
  readonly logisticCurvature: typeof logisticCurvature;
}

/** Plain loops over typed arrays. */
export const jsKernels: Kernels = {
  name: 'js',
  array: n => new Float64Array(n),
  sum,
  dot,
  axpy,
  addScalar,
  squaredNorm,
  maxAbs,
  columnDot,
  columnDot2,
  columnAxpy,
  columnRowsDot,
  columnSquaredNorm,
  columnWeightedSquaredNorm,
  sumLogisticLoss,
  logisticResidual,
  logisticResidualAt,
  logisticCurvature,
};

/** The backend of a run, resolved once at its start and recorded with it. */
export interface Backend {
  readonly kernels: Kernels;
  /** One sentence: why this backend was chosen. */
  readonly reason: string;
}

/** The backend of a name that the configuration accepts: `auto` or `js`. */
export function chooseBackend(name: string): Backend {
  return {
    kernels: jsKernels,
    reason:
      name === 'js'
        ? 'The configuration names it.'
        : 'Plain JavaScript loops in float64: the only backend that is built in.',
  };
}
