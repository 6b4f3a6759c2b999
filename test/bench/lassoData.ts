import { normals, stream } from '../../solver/core/random.ts';

export const n = 1000;
export const p = 5000;
/** Of each repetition, from zero. */
export const sweeps = 20;

export interface LassoData {
  /** (n, p), column-major, each column of mean 0 and mean square 1. */
  readonly X: Float64Array;
  readonly y: Float64Array;
}

/** A standard normal design and 50 coefficients of ±1 under standard normal noise. */
export function lassoData(): LassoData {
  const X = normals(n * p, stream(1, 'bench X'));
  const y = normals(n, stream(1, 'bench noise'));
  for (let j = 0; j < p; j++) {
    const column = X.subarray(j * n, j * n + n);
    const mean = column.reduce((sum, value) => sum + value, 0) / n;
    for (let i = 0; i < n; i++) column[i] = column[i]! - mean;
    const scale = Math.sqrt(column.reduce((sum, value) => sum + value * value, 0) / n);
    for (let i = 0; i < n; i++) column[i] = column[i]! / scale;
    if (j % 100 === 0) for (let i = 0; i < n; i++) y[i] = y[i]! + (j % 200 ? 1 : -1) * column[i]!;
  }
  return { X, y };
}

/** X and y as a numpy file of one (n, p + 1) array in Fortran order, y its last column. */
export function asNpy({ X, y }: LassoData): Buffer {
  const said = `{'descr': '<f8', 'fortran_order': True, 'shape': (${n}, ${p + 1}), }`;
  const header = said.padEnd(128 - 10 - 1);
  const magic = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length + 1, 0]);
  const bytes = [X, y].map(part => Buffer.from(part.buffer, part.byteOffset, part.byteLength));
  return Buffer.concat([magic, Buffer.from(`${header}\n`, 'latin1'), ...bytes]);
}
