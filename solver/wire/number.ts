/**
 * A number as people read it here: three significant digits, exponents as e-3, a true minus.
 * 0.327, 12.3, 1.00, 3.26e-3, 4.1 million is 4.10e6; NaN and ∞ by their names.
 */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  if (value === 0) return '0';
  const sign = value < 0 ? '−' : '';
  const [digits = '', power = '0'] = Math.abs(value).toExponential(2).split('e');
  const exponent = Number(power);
  // Between 0.01 and 9999 an exponent would be harder to read than the zeros.
  if (exponent < -2 || exponent > 3) return `${sign}${digits}e${exponent}`;
  const decimals = Math.max(0, 2 - exponent);
  return sign + Number(`${digits}e${exponent}`).toFixed(decimals);
}

/** A count, its thousands apart: 162 386. */
export function formatCount(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, '\u202f');
}
