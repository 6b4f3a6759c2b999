/** 10 to a whole power, for the ticks of a logarithmic axis: 1, 10, 1e-4. */
export function decade(power: number): string {
  if (power === 0) return '1';
  return power === 1 ? '10' : `1e${power}`;
}

/** A tick of a linear axis: as many digits as the step between ticks needs. */
export function tick(value: number, step: number): string {
  if (value === 0) return '0';
  const size = Math.max(Math.abs(value), step);
  if (size >= 1e5 || step < 1e-3)
    return value.toExponential(size >= 100 * step ? 2 : 1).replace('e+', 'e');
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return value.toFixed(digits);
}
