/** The double that a cell spells in decimal; NaN for anything else, the spellings of NaN and infinities included. */
export function parseNumber(cell: string): number {
  const value = Number(cell);
  // Number() reads '' and blanks as 0, and 0x10, 0b1, 0o7 in other bases.
  if (value === 0 && cell.trim() === '') return Number.NaN;
  if (!Number.isFinite(value) || /[xbo]/i.test(cell)) return Number.NaN;
  return value;
}
