import type { EntryValues } from '../../solver/wire/run.ts';

/** The metrics at step 0, shown for each block until its first update. Empty until the source sends them. */
export class Entry {
  #values: EntryValues | null = null;
  #version = 0;

  /** Changes whenever the values change. */
  get version(): number {
    return this.#version;
  }

  /** No more will follow. */
  get done(): boolean {
    return this.#values?.done ?? false;
  }

  /** null: none are known. */
  take(values: EntryValues | null): void {
    this.#values = values;
    this.#version++;
  }

  /** A metric of a block, by its index, or of the run (−1); NaN where it is not known. */
  at(metric: string, block: number): number {
    const of = block < 0 ? this.#values?.run[metric] : this.#values?.block[metric]?.[block];
    return of ?? Number.NaN;
  }
}
