// Problems of correlated columns, on which block methods are slow and working sets are small.
import { isRefusal, type Options } from '../../../solver/core/part.ts';
import type { Dataset, Problem } from '../../../solver/core/problem.ts';
import { normals, stream } from '../../../solver/core/random.ts';
import { jsKernels, type Kernels } from '../../../solver/kernels/index.ts';
import { registry } from '../../../solver/registry.ts';
import { defaults } from '../../../solver/run/fitting.ts';

/** A problem on n rows of p columns, each column 0.9 times the one before plus noise (AR 0.9); every tenth counts. */
export function correlated(
  n: number,
  p: number,
  name: 'lasso' | 'elasticNet' | 'groupLasso' | 'logistic' = 'lasso',
  options: Options = {},
  blocks: 'coordinates' | { readonly size: number } = 'coordinates',
  kernels: Kernels = jsKernels,
): Problem {
  const part = registry.problems.find(one => one.name === name)!;
  const built = part.build({
    data: correlatedData(n, p, name === 'logistic'),
    options: { ...defaults(part.options), lambda: '0.01*max', ...options },
    blocks,
    files: {},
    seed: 1,
    kernels,
    poll() {},
  });
  if (isRefusal(built)) throw new Error(built.refusal);
  return built;
}

function correlatedData(n: number, p: number, labels: boolean): Dataset {
  const draw = stream(7, 'correlated', n, p);
  const values = normals(n * p, draw);
  for (let at = n; at < values.length; at++)
    values[at] = 0.9 * values[at - n]! + Math.sqrt(1 - 0.81) * values[at]!;
  const y = normals(n, draw);
  for (let j = 0; j < p; j += 10) {
    const weight = j % 20 === 0 ? 1 : -1;
    for (let i = 0; i < n; i++) y[i] = y[i]! + weight * values[j * n + i]!;
  }
  const columns = Array.from({ length: p }, (_, j) => `x${j}`);
  const X = { kind: 'dense', rows: n, columns: p, values } as const;
  const target = labels ? y.map(value => (value > 0 ? 1 : 0)) : y;
  return { source: 'correlated', columns, X, y: target, target: 'y' };
}
