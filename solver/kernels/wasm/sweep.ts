import type { Matrix } from '../columns.ts';
import {
  type CoordinateSweep,
  MOST_UPDATES,
  plainSweep,
  type SweepArrays,
  type SweepLoops,
  type SweepSpec,
  treeHalf,
} from '../sweep.ts';

/** Numbers behind the arrays: scale, drift, terms, span, l1, l2. */
const SCALARS = 6;
const ROWS = 6;

/** Bytes that a sweep over so many coordinates takes: what assembly/sweep.ts lists, the order, and the starts of a sparse matrix. */
export function sweepBytes(size: number): number {
  const numbers = ROWS * MOST_UPDATES + 4 * size + 2 * treeHalf(size) + SCALARS;
  return 8 * (numbers + Math.ceil(MOST_UPDATES / 2) + Math.ceil((size + 2) / 2));
}

/** Where things lie in the memory; addresses in bytes. */
interface Place {
  readonly buffer: ArrayBuffer;
  /** `coordinateSweep` of assembly/sweep.ts. */
  readonly call: (...addresses: number[]) => number;
  /** The first of `sweepBytes`. */
  readonly room: number;
  readonly X: Matrix;
  readonly values: number;
  readonly indices: number;
  /** −1: not in the memory. */
  readonly addressOf: (v: Float64Array) => number;
}

/** The sweep in WebAssembly; by plain loops where the cache does not lie in the memory. */
export function wasmSweep(spec: SweepSpec, kernels: SweepLoops, place: Place): CoordinateSweep {
  const { buffer, call, room, X } = place;
  const size = spec.curvature.length;
  const half = treeHalf(size);
  let free = room;
  const take = (count: number): Float64Array => {
    free += 8 * count;
    return new Float64Array(buffer, free - 8 * count, count);
  };
  const rows = () => take(MOST_UPDATES);
  const numbers = {
    gradient: rows(),
    value: rows(),
    delta: rows(),
    subgradient: rows(),
    mapping: rows(),
    objective: rows(),
    curvature: take(size),
    step: take(size),
    reach: take(size),
    x: take(size),
    penalties: take(2 * half),
    scalars: take(SCALARS),
  };
  const orderAt = free;
  const order = new Int32Array(buffer, orderAt, MOST_UPDATES);
  free += 4 * MOST_UPDATES;
  const startsAt = X.kind === 'sparse' ? free : 0;
  if (X.kind === 'sparse') new Int32Array(buffer, free, X.starts.length).set(X.starts);
  const { reach, x: own, scalars, ...shown } = numbers;
  reach.set(spec.reach);
  const arrays: SweepArrays = { ...shown, order };
  const { value } = arrays;
  const plain = plainSweep(spec, kernels, arrays);

  return {
    ...arrays,
    tenant: null,
    run(x, cache, bounds, count, objective) {
      const cacheAt = place.addressOf(cache);
      if (cacheAt < 0) return plain.run(x, cache, bounds, count, objective);
      for (let u = 0; u < count; u++) own[order[u]!] = x[order[u]!]!;
      scalars[0] = bounds.scale;
      scalars[1] = bounds.drift;
      scalars[2] = bounds.terms;
      scalars[3] = bounds.span;
      scalars[4] = spec.l1;
      scalars[5] = spec.l2;
      const made = call(
        room,
        MOST_UPDATES,
        size,
        half,
        orderAt,
        count,
        place.values,
        place.indices,
        startsAt,
        cacheAt,
        spec.n,
        spec.offset,
        objective ? 1 : 0,
      );
      for (let u = 0; u < made; u++) x[order[u]!] = value[u]!;
      bounds.scale = scalars[0];
      bounds.drift = scalars[1];
      bounds.terms = scalars[2];
      bounds.span = scalars[3];
      return made;
    },
  };
}
