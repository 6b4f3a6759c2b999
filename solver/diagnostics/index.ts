import type { Diagnostic } from '../core/diagnostic.ts';
import { gradNorm, smoothGradNorm } from './gradNorm.ts';
import { objective } from './objective.ts';
import { certificate, gap, lowerBound, stationarity, suboptimality } from './optimality.ts';
import { actualDecrease, passes, predictedDecrease, support } from './progress.ts';
import { sharpness, stepSize, stepTimesSharpness, stepTried } from './stepAndSharpness.ts';

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
  stepTried,
  lowerBound,
] as const satisfies readonly Diagnostic[];
