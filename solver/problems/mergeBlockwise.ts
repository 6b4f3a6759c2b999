import type { Block, Cache, Poll, Problem } from '../core/problem.ts';
import { euclideanNorm } from '../kernels/prox.ts';
import { lazy } from './memo.ts';

/** The methods of `problem` for one block of everything, made of calls for its own blocks, one after the other. */
export function blockwise(
  problem: Problem,
  poll: Poll,
): Pick<Problem, 'shift' | 'shifted' | 'valueAfter' | 'gradient' | 'finiteSum'> {
  const { blocks, size, finiteSum } = problem;
  const part = new Float64Array(widest(blocks));
  const moving = lazy(() => new Float64Array(size));
  /** out[its coordinates] = what `each` leaves in `part`, for each block. */
  const collect = (out: Float64Array, each: (block: Block) => void): void => {
    for (const block of blocks) {
      each(block);
      for (let k = 0; k < block.size; k++) out[block.start + k] = part[k]!;
    }
  };
  const move = (cache: Cache, x: Float64Array, delta: Float64Array, pace: Poll): void => {
    const here = moving();
    here.set(x);
    for (const block of blocks) {
      for (let k = 0; k < block.size; k++) part[k] = delta[block.start + k]!;
      problem.shift(cache, here, block, part);
      for (let k = 0; k < block.size; k++) {
        here[block.start + k] = here[block.start + k]! + part[k]!;
      }
      pace();
    }
  };
  return {
    shift: (cache, x, _block, delta) => move(cache, x, delta, () => {}),
    shifted(cache, x, _block, delta, out) {
      out.set(cache);
      move(out, x, delta, poll);
    },
    valueAfter(cache, x, _block, delta) {
      const after = cache.slice();
      move(after, x, delta, poll);
      return problem.value(after, moving());
    },
    gradient(cache, x, _block, out) {
      collect(out, block => problem.gradient(cache, x, block, part));
    },
    finiteSum: finiteSum && {
      rows: finiteSum.rows,
      sampleGradient: (cache, x, _block, rows, out) =>
        collect(out, block => finiteSum.sampleGradient(cache, x, block, rows, part)),
    },
  };
}

/** out = ∇²f(x) v from central differences of the gradient: relative error about 1e-9 where f is well scaled. */
export function differenceVector(
  problem: Problem,
  x: Float64Array,
  v: Float64Array,
  out: Float64Array,
): void {
  const { blocks, size } = problem;
  const norm = euclideanNorm(v, 0, size);
  if (norm === 0) {
    out.fill(0, 0, size);
    return;
  }
  const h = (6e-6 * (1 + euclideanNorm(x, 0, size))) / norm;
  const part = new Float64Array(widest(blocks));
  const at = new Float64Array(size);
  for (const sign of [1, -1]) {
    for (let c = 0; c < size; c++) at[c] = x[c]! + sign * h * v[c]!;
    const cache = problem.newCache(at);
    for (const block of blocks) {
      problem.gradient(cache, at, block, part);
      for (let k = 0; k < block.size; k++) {
        const c = block.start + k;
        out[c] = sign === 1 ? part[k]! : (out[c]! - part[k]!) / (2 * h);
      }
    }
  }
}

function widest(blocks: readonly Block[]): number {
  return blocks.reduce((most, block) => Math.max(most, block.size), 1);
}
