/** Three significant digits: 0.640, 12.3, 1.69e-2, 4.10e5. */
export function number3(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  if (value === 0) return '0';
  const size = Math.abs(value);
  // 999.5 would be rounded up to a fourth digit.
  const plain = size >= 0.0995 && size < 999.5;
  const text = plain ? size.toPrecision(3) : size.toExponential(2).replace('e+', 'e');
  return value < 0 ? `−${text}` : text;
}

/** A step, sweep or count with its thousands set apart: 12 345. */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

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
