import type { Problem } from '../../core/problem.ts';

/** The best number known to be ≤ F everywhere, and the step from which on it was known. */
export class Bounds {
  readonly #own: number;
  readonly #known: { readonly k: number; readonly bound: number }[] = [];

  constructor({ lowerBound }: Problem) {
    this.#own = lowerBound ?? Number.NEGATIVE_INFINITY;
  }

  /** −∞ where none was known at step k. */
  at(k: number): number {
    return this.#known.findLast(known => known.k <= k)?.bound ?? this.#own;
  }

  /** The same; null where none was known. */
  known(k: number): number | null {
    const bound = this.at(k);
    return bound > Number.NEGATIVE_INFINITY ? bound : null;
  }

  /** A bound became known at step k, the last one so far. */
  learn(k: number, bound: number): void {
    if (bound > this.at(k)) this.#known.push({ k, bound });
  }

  /** Forgets what became known after step k. */
  cut(k: number): void {
    while ((this.#known[this.#known.length - 1]?.k ?? 0) > k) this.#known.pop();
  }

  /** What is known now, for a keyframe. */
  get last(): { readonly k: number; readonly bound: number } | null {
    return this.#known[this.#known.length - 1] ?? null;
  }
}
