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
