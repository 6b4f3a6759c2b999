import type { ColumnNames } from '../core/problem.ts';

/** The names of a header; a name is found in constant time. */
export function namedColumns(names: readonly string[]): ColumnNames {
  return new Header(names);
}

/** "1" … "count" without the number at position `left` (from 0; −1: none), made when they are asked for. */
export function numberedColumns(count: number, left = -1): ColumnNames {
  return new Numbers(count, left);
}

class Header implements ColumnNames {
  readonly length: number;
  readonly #names: readonly string[];
  #positions: ReadonlyMap<string, number> | null = null;

  constructor(names: readonly string[]) {
    this.#names = names;
    this.length = names.length;
  }

  at(position: number): string | undefined {
    return this.#names[position];
  }

  indexOf(name: string): number {
    this.#positions ??= new Map(this.#names.map((known, j) => [known, j]));
    return this.#positions.get(name) ?? -1;
  }

  [Symbol.iterator](): Iterator<string> {
    return this.#names[Symbol.iterator]();
  }
}

class Numbers implements ColumnNames {
  readonly length: number;
  readonly #left: number;

  constructor(count: number, left: number) {
    this.length = left < 0 ? count : count - 1;
    this.#left = left < 0 ? count : left;
  }

  at(position: number): string | undefined {
    if (!(position >= 0 && position < this.length)) return undefined;
    return String(position < this.#left ? position + 1 : position + 2);
  }

  indexOf(name: string): number {
    if (!/^[1-9]\d{0,14}$/.test(name)) return -1;
    const number = Number(name) - 1;
    if (number === this.#left) return -1;
    const position = number < this.#left ? number : number - 1;
    return position < this.length ? position : -1;
  }

  *[Symbol.iterator](): Iterator<string> {
    for (let position = 0; position < this.length; position++) yield this.at(position) ?? '';
  }
}

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
