import {
  columnAxpy,
  columnDot,
  columnDots,
  columnMaxAbs,
  columnMove,
  columnRowsDot,
  columnSquaredNorm,
  columnWeightedAxpy,
  columnWeightedSquaredNorm,
  type Matrix,
} from './columns.ts';
import {
  logisticCurvature,
  logisticResidual,
  logisticResidualAt,
  sumLogisticLoss,
} from './logistic.ts';
import type { Products } from './products.ts';
import { type CoordinateSweep, plainSweep, type SweepSpec } from './sweep.ts';
import { addScalar, axpy, dot, maxAbs, moveTo, squaredNorm, sum } from './vector.ts';

/**
 * The arrays and loops of a backend, used by problems and methods. Every backend gives the same bits: the order of each
 * sum is the one that vector.ts states. Loops over a block's few numbers (prox operators, small factorisations) are the
 * same for all backends and are imported where they are used.
 */
export interface Kernels {
  readonly name: 'js' | 'wasm';
  /** Why the loops are plain ones all the same, as a clause; null: they are what the name says. Known once a matrix was placed. */
  readonly trouble: string | null;
  /** A device that holds the placed matrix too; null: there is none. Set once, after the problem was built. */
  products: Products | null;
  /** The matrix in memory that the loops reach fast; asked for before any array. Its own arrays are left alone. */
  place<M extends Matrix>(X: M): M;
  /** n zeros, in such memory where n is at least the number of rows and there is room; in whatever memory, the results are the same. */
  array(n: number): Float64Array;
  readonly sum: typeof sum;
  readonly dot: typeof dot;
  readonly axpy: typeof axpy;
  readonly addScalar: typeof addScalar;
  readonly squaredNorm: typeof squaredNorm;
  readonly maxAbs: typeof maxAbs;
  readonly moveTo: typeof moveTo;
  readonly columnMaxAbs: typeof columnMaxAbs;
  readonly columnDot: typeof columnDot;
  readonly columnDots: typeof columnDots;
  readonly columnAxpy: typeof columnAxpy;
  readonly columnMove: typeof columnMove;
  readonly columnWeightedAxpy: typeof columnWeightedAxpy;
  readonly columnRowsDot: typeof columnRowsDot;
  readonly columnSquaredNorm: typeof columnSquaredNorm;
  readonly columnWeightedSquaredNorm: typeof columnWeightedSquaredNorm;
  readonly sumLogisticLoss: typeof sumLogisticLoss;
  readonly logisticResidual: typeof logisticResidual;
  readonly logisticResidualAt: typeof logisticResidualAt;
  readonly logisticCurvature: typeof logisticCurvature;
  /** Many updates of single coordinates in one call; a problem asks for one. */
  coordinateSweep(spec: SweepSpec): CoordinateSweep;
}

/** Plain loops over typed arrays. */
export const jsKernels: Kernels = {
  name: 'js',
  trouble: null,
  products: null,
  place: X => X,
  array: n => new Float64Array(n),
  sum,
  dot,
  axpy,
  addScalar,
  squaredNorm,
  maxAbs,
  moveTo,
  columnMaxAbs,
  columnDot,
  columnDots,
  columnAxpy,
  columnMove,
  columnRowsDot,
  columnSquaredNorm,
  columnWeightedAxpy,
  columnWeightedSquaredNorm,
  sumLogisticLoss,
  logisticResidual,
  logisticResidualAt,
  logisticCurvature,
  coordinateSweep: spec => plainSweep(spec, jsKernels),
};
