import type { Reading } from '../core/diagnostic.ts';

/** t λ_max(∇²_bb f); in a matrix metric τ λ_max(Λ_b⁻¹ ∇²_bb f). NaN where the method has no step. */
export function stepProduct(reading: Reading): number {
  const { stepSize, metric } = reading.entry;
  if (Number.isNaN(stepSize)) return Number.NaN;
  return stepSize * (metric === 'scalar' ? reading.sharpness() : reading.metricSharpness());
}
