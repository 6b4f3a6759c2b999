/**
 * Counter-based random numbers: every draw is a function of (seed, keys) and not of earlier draws, so batches,
 * permutations and starts replay from any step. Keys are mixed into 128 bits by the 32-bit finaliser of MurmurHash3 and
 * feed sfc32 (PractRand's small fast counter generator).
 */
export type Draw = () => number;

/** A stream of doubles uniform in [0, 1) with 53 random bits, determined by the seed and the keys. */
export function stream(seed: number, ...keys: readonly (number | string)[]): Draw {
  let h = mix(0x9e3779b9, Math.floor(seed / 4294967296));
  h = mix(h, seed | 0);
  for (const key of keys) {
    if (typeof key === 'number') {
      h = mix(mix(h, Math.floor(key / 4294967296)), key | 0);
    } else {
      for (let i = 0; i < key.length; i++) h = mix(h, key.charCodeAt(i));
    }
  }
  let a = mix(h, 1);
  let b = mix(h, 2);
  let c = mix(h, 3);
  let counter = 1;
  const next = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i++) next();
  return () => ((next() >>> 5) * 67108864 + (next() >>> 6)) / 9007199254740992;
}

function mix(h: number, value: number): number {
  h = Math.imul(h ^ value, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}

/** A permutation of 0 … m − 1, uniform (Fisher–Yates). */
export function permutation(m: number, draw: Draw): Int32Array {
  const order = Int32Array.from({ length: m }, (_, i) => i);
  for (let i = m - 1; i > 0; i--) {
    const j = Math.floor(draw() * (i + 1));
    const held = order[i] as number;
    order[i] = order[j] as number;
    order[j] = held;
  }
  return order;
}

/** b of the rows 0 … n − 1 without replacement, ascending; all of them in order for b ≥ n. (Floyd's sampling, O(b).) */
export function sampleRows(n: number, b: number, draw: Draw): Int32Array {
  if (b >= n) return Int32Array.from({ length: n }, (_, i) => i);
  const chosen = new Set<number>();
  for (let j = n - b; j < n; j++) {
    const t = Math.floor(draw() * (j + 1));
    chosen.add(chosen.has(t) ? j : t);
  }
  return Int32Array.from(chosen).sort();
}

/** size standard normal draws (Box–Muller). */
export function normals(size: number, draw: Draw): Float64Array {
  const out = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    out[i] = Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
  }
  return out;
}
