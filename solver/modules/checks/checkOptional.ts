import type { Block } from '../../core/problem.ts';
import { normals, stream } from '../../core/random.ts';
import { formatNumber, printable } from '../../core/words.ts';
import { maxAbs } from '../../kernels/vector.ts';
import type { Finding } from '../../wire/run.ts';
import { differences, gradientNoise } from '../curvature.ts';
import type { ModuleProblem } from '../load.ts';
import { DIGITS, inDomain } from './checkGradient.ts';

/** Up to this many rows their mean is compared with the gradient; a pass over more would delay the start. */
const ROWS = 20_000;
/** A wrong formula is off by more; correct sums over rows and differences are off by far less. */
const RELATIVE = 1e-6;

/** `hessianVector` against differences of the gradient, along one random direction at each point. */
export function productFaults(
  problem: ModuleProblem,
  block: Block,
  points: readonly Float64Array[],
): Finding | null {
  const { functions, seed } = problem;
  if (functions.hessianVector === null) return null;
  const given = new Float64Array(block.size);
  const numeric = new Float64Array(block.size);
  for (const [p, x] of points.entries()) {
    const v = normals(block.size, stream(seed, 'product', block.name, p));
    const error = inDomain(() => {
      functions.hessianVector?.(x, block, v, given);
      const noise = gradientNoise(functions, x, block, problem.poll);
      return differences(functions, x, block, noise, problem.poll)(v, numeric);
    });
    const fault = error === null ? null : furthest(given, numeric, 10 * error);
    if (fault === null) continue;
    const text = `hessianVector of block "${printable(block.name)}" gives ${formatNumber(given[fault]!, DIGITS)} in ${printable(block.coordinates[fault] ?? '')}, but its gradient changes at a rate of ${formatNumber(numeric[fault]!, DIGITS)}; correct hessianVector or leave it out.`;
    return finding('hessianVector', block, text, given[fault]!, numeric[fault]!);
  }
  return null;
}

/** The mean of `rowGradient` over all rows against the gradient, at each point. */
export function rowFaults(
  problem: ModuleProblem,
  block: Block,
  points: readonly Float64Array[],
): Finding | null {
  const { functions, finiteSum } = problem;
  const rows = finiteSum?.rows ?? Number.POSITIVE_INFINITY;
  if (functions.rowsGradient === null || rows > ROWS) return null;
  const all = Int32Array.from({ length: rows }, (_, i) => i);
  const pairs = points.flatMap(x => {
    const mean = new Float64Array(block.size);
    const gradient = new Float64Array(block.size);
    const pair = inDomain(() => {
      functions.rowsGradient?.(x, block, all, mean);
      functions.gradient(x, block, gradient);
      return { mean, gradient };
    });
    return pair === null ? [] : [pair];
  });
  // Where the gradient vanishes, rounding is compared with the size of the gradient elsewhere.
  const scale = Math.max(...pairs.map(({ gradient }) => maxAbs(gradient, 0, block.size)));
  for (const { mean, gradient } of pairs) {
    const fault = furthest(mean, gradient, 1e-10 * scale);
    if (fault === null) continue;
    const text = `the mean of rowGradient over all ${rows} rows is ${formatNumber(mean[fault]!, DIGITS)} in ${printable(block.coordinates[fault] ?? '')} of block "${printable(block.name)}", but gradient is ${formatNumber(gradient[fault]!, DIGITS)}; make value and gradient means over the rows.`;
    return finding('rowGradient', block, text, mean[fault]!, gradient[fault]!);
  }
  return null;
}

/** Index of the entry that is furthest off, where the vectors differ by more than `error` and rounding; else null. */
function furthest(a: Float64Array, b: Float64Array, error: number): number | null {
  let worst = 0;
  let size = 0;
  for (let i = 0; i < a.length; i++) {
    if (Math.abs(a[i]! - b[i]!) > Math.abs(a[worst]! - b[worst]!)) worst = i;
    size = Math.max(size, Math.abs(a[i]!), Math.abs(b[i]!));
  }
  return Math.abs(a[worst]! - b[worst]!) > RELATIVE * size + error ? worst : null;
}

function finding(
  term: string,
  block: Block,
  text: string,
  analytic: number,
  numeric: number,
): Finding {
  return {
    k: 0,
    name: 'gradientMismatch',
    block: block.name,
    text,
    evidence: { term, analytic, numeric, error: Math.abs(analytic - numeric) },
  };
}
