import type { Refusal } from '../core/part.ts';
import { refuse } from '../core/refuse.ts';
import type { Raw } from './values.ts';

/** What the interface names and this version does not have: refused after everything else. */
export function firstUnbuilt({ backend, data }: Raw): Refusal | null {
  if (backend === 'wasm' || backend === 'gpu') {
    return refuse('backend', backend, 'is not built yet', 'auto, js');
  }
  if (typeof data === 'string' && isIdx(data)) {
    return refuse(
      'data',
      data,
      'is an idx file, which is not read yet',
      'csv with a header, libsvm text, npy, npz',
    );
  }
  return null;
}

/** MNIST's format, by its usual names: `train.idx`, `train-images-idx3-ubyte`, `….idx3-ubyte.gz`. */
function isIdx(path: string): boolean {
  return /\.idx\d?(\.gz)?$|[.-]idx\d-ubyte(\.gz)?$/i.test(path);
}
