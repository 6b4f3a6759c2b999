/** How a matrix lies on the device: rows one after the other in float32, in slabs that one binding can hold. */
export interface Shape {
  readonly rows: number;
  readonly columns: number;
  /** Length of a row there: the columns, and zeros up to a multiple of `WIDTH`. */
  readonly stride: number;
  /** Rows of a chunk, which one thread sums for one column; a multiple of 4. */
  readonly height: number;
  /** Chunks of a slab, and slabs; the rows beyond the last are zeros. */
  readonly chunks: number;
  readonly slabs: number;
}

/** Listed rows that one thread sums. */
export const PIECE = 8;
/** Threads of a row that sum across it. */
export const WIDTH = 64;
/** Chunks of a column at least, where there are rows for them. */
const CHUNKS = 64;
/** Rows of a chunk at most: what keeps the error of long columns small. */
const TALLEST = 1024;
/** Bytes of a slab at most, whatever a binding may hold: what is uploaded at a time stands in memory three times. */
const SLAB = 2 ** 28;
/** Workgroups a dimension has, of eight threads each. */
const THREADS = 8 * 65535;

export const slabRows = ({ chunks, height }: Shape): number => chunks * height;

/** The shape of n × p for bindings of so many bytes; null where four rows do not fit. */
export function shapeOf(rows: number, columns: number, limit: number): Shape | null {
  const stride = Math.ceil(columns / WIDTH) * WIDTH;
  const fit = Math.min(Math.floor(Math.min(limit, SLAB) / (4 * stride)), THREADS);
  if (fit < 4 || stride > THREADS) return null;
  const wished = 4 * Math.floor(rows / CHUNKS / 4);
  const height = Math.max(4, Math.min(wished, TALLEST, 4 * Math.floor(fit / 4)));
  const all = Math.ceil(rows / height);
  const slabs = Math.ceil(all / Math.floor(fit / height));
  return { rows, columns, stride, height, chunks: Math.ceil(all / slabs), slabs };
}

/** Relative rounding of float32. */
const UNIT = 2 ** -24;
/** The smallest float32 that no device takes for 0. */
const SMALLEST = 2 ** -126;

/**
 * γ of `Products`: x, v, their product and as many sums as a lane and the tree above it have, each off by one unit at most,
 * and the sum of the chunks in float64. Holds for fused sums too.
 */
export function slackOf({ height, chunks, slabs, rows }: Shape): number {
  const sums = Math.max(height / 4 + 2, PIECE);
  return 1.01 * ((3 + sums) * UNIT + (chunks * slabs + rows) * Number.EPSILON);
}

/** What numbers that a device may take for 0 add to a sum, for v of size 1. */
export function leastOf({ rows }: Shape, largest: number): number {
  return rows * SMALLEST * (2 + largest);
}
