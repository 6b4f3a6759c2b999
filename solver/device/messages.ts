import type { Shape } from './shape.ts';

/** What the device's thread is started with. */
export interface DeviceData {
  /** File of the package `webgpu`. */
  readonly package: string;
  /** The number of the last call that is done; 0, or bytes of the sentence it failed with. */
  readonly control: Int32Array;
  readonly failure: Uint8Array;
}
export const DONE = 0;
export const FAILED = 1;

/** Its first message. */
export type Opening =
  | { readonly kind: 'open'; readonly device: string; readonly limit: number }
  | { readonly kind: 'none'; readonly why: string };

/** Memory shared for vectors: `given` in float32, scaled to size 1; `found` one number for each column. */
export interface Vectors {
  readonly given: Float32Array;
  readonly weights: Float32Array;
  readonly found: Float64Array;
}

/** A call; its number stands in `control` when it is done. */
export type DeviceCall =
  | { readonly call: 'shape'; readonly shape: Shape; readonly vectors: Vectors }
  /** A slab's numbers, the next one. */
  | { readonly call: 'hold'; readonly numbers: Float32Array }
  | { readonly call: 'transposed' }
  | { readonly call: 'weighted'; readonly shift: number }
  | { readonly call: 'rows'; readonly slabs: readonly RowsOfSlab[] }
  /** a (size, size) times b, both squares of random numbers that stay there; for measurements. */
  | { readonly call: 'multiply'; readonly size: number }
  /** The device is given back: whatever is asked of it then finds it lost. */
  | { readonly call: 'leave' }
  /** The thread ends after what it was asked before: ended from outside, with a call under way, it takes the process with it. */
  | { readonly call: 'end' };

export interface RowsOfSlab {
  readonly slab: number;
  /** Rows of the slab, and their numbers; as many as fill whole pieces, the last ones weighing 0. */
  readonly index: Float32Array;
  readonly weights: Float32Array;
}
