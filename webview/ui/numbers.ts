type Source = Float64Array | Float32Array;

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
