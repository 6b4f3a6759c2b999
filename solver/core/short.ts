/** Three significant digits, exponents as e-3. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e5)
    ? value.toExponential(2).replace('e+', 'e')
    : String(Number(value.toPrecision(3)));
}
