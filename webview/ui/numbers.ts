import { formatCount, formatNumber } from '../../solver/core/words.ts';

type Source = Float64Array | Float32Array | Uint8Array;

/** A list of numbers that grows in place; shortening and growing it again costs no memory. */
export class Numbers {
  values = new Float64Array(64);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Only shortens. */
  set length(length: number) {
    this.#length = Math.min(this.#length, length);
  }

  at(index: number): number {
    return this.values[index]!;
  }

  push(value: number): void {
    this.#reserve(this.#length + 1);
    this.values[this.#length++] = value;
  }

  pushAll(source: Source): void {
    this.#reserve(this.#length + source.length);
    this.values.set(source, this.#length);
    this.#length += source.length;
  }

  /** How many of the numbers, which must grow, are ≤ limit. */
  upTo(limit: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.values[middle]! <= limit) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #reserve(length: number): void {
    if (length <= this.values.length) return;
    const grown = new Float64Array(Math.max(length, this.values.length * 2));
    grown.set(this.values.subarray(0, this.#length));
    this.values = grown;
  }
}

/** 10 to a whole power, for the ticks of a logarithmic axis: 1, 0.1, 1e-4. */
export function decade(power: number): string {
  return formatNumber(10 ** power, 1);
}

/** A tick of a linear axis: as many digits as the step between ticks needs. */
export function tick(value: number, step: number): string {
  const place = (size: number) => Math.floor(Math.log10(size) + 1e-9);
  const digits = value === 0 ? 1 : place(Math.abs(value)) - place(step) + 1;
  return formatNumber(value, Math.max(1, Math.min(digits, 17)));
}

/** A tick of an axis that counts steps, sweeps or passes. */
export function countTick(value: number, step: number): string {
  return step >= 1 && value < 1e6 ? formatCount(value) : tick(value, step);
}
