/** The double that a cell spells in decimal; NaN for anything else, the spellings of NaN and infinities included. */
export function parseNumber(cell: string): number {
  const value = Number(cell);
  // Number() reads '' and blanks as 0, and 0x10, 0b1, 0o7 in other bases.
  if (value === 0 && cell.trim() === '') return Number.NaN;
  if (!Number.isFinite(value) || /[xbo]/i.test(cell)) return Number.NaN;
  return value;
}

/** Powers of ten that are doubles exactly. */
const powers = Array.from({ length: 23 }, (_, k) => Number(`1e${k}`));
const [plus, minus, point, zero] = [0x2b, 0x2d, 0x2e, 0x30];

/**
 * `parseNumber` of bytes[from … to), to the bit. Up to 15 digits without an exponent are one exact integer over one exact
 * power of ten, whose quotient is rounded once. Source: Clinger 1990, How to read floating point numbers accurately.
 */
export function parseBytes(bytes: Buffer, from: number, to: number): number {
  const sign = bytes[from];
  let at = sign === minus || sign === plus ? from + 1 : from;
  let digits = 0;
  let integer = 0;
  let after = -1;
  for (; at < to && digits <= 15; at++) {
    const byte = bytes[at]!;
    if (byte >= zero && byte <= zero + 9) {
      integer = 10 * integer + byte - zero;
      digits++;
      if (after >= 0) after++;
    } else if (byte === point && after < 0) after = 0;
    else break;
  }
  if (at < to || digits === 0 || digits > 15)
    return parseNumber(bytes.toString('latin1', from, to));
  const value = after > 0 ? integer / powers[after]! : integer;
  return sign === minus ? -value : value;
}
