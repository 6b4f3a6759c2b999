/** A block: coordinates `start … start + size − 1` of x, moved together. */
export interface Block {
  readonly name: string;
  /** Position in the problem's block list; an index for arrays, never an identity on the wire. */
  readonly index: number;
  readonly start: number;
  readonly size: number;
  /** Names of its coordinates, in order (columns of the data; `(intercept)`). */
  readonly coordinates: readonly string[];
}

/**
 * What a problem keeps beside a point x so that block work is cheap: residual y − Xβ − β₀, margins z, or Hx.
 * One Float64Array, empty where the problem keeps nothing. A pure function of x up to rounding; part of the run's state,
 * because the rounding of its updates is part of what replay must reproduce.
 */
export type Cache = Float64Array;
