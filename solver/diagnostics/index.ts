import type { Diagnostic } from '../core/diagnostic.ts';
import {
  actualDecrease,
  gradNorm,
  predictedDecrease,
  sharpness,
  smoothGradNorm,
  stepSize,
  stepTimesSharpness,
} from './block.ts';
import {
  certificate,
  gap,
  objective,
  passes,
  stationarity,
  suboptimality,
  support,
} from './run.ts';

/** Every diagnostic, in the order they are offered. */
export const diagnostics = [
  objective,
  gradNorm,
  stepSize,
  sharpness,
  gap,
  smoothGradNorm,
  stepTimesSharpness,
  stationarity,
  certificate,
  suboptimality,
  predictedDecrease,
  actualDecrease,
  support,
  passes,
] as const satisfies readonly Diagnostic[];
