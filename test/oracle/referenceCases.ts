import { isRefusal } from '../../solver/core/part.ts';
import type { BlocksSpec, Problem } from '../../solver/core/problem.ts';
import { loadDataset } from '../../solver/data/index.ts';
import { jsKernels } from '../../solver/kernels/index.ts';
import { problems } from '../../solver/problems/index.ts';
import reference from './reference.json';

/** One problem as reference.py solved it; numbers about a point are listed by coordinate or by block. */
export type ReferenceCase = (typeof reference.cases)[number];

const blocksOf: Readonly<Record<string, BlocksSpec>> = {
  'group lasso': { size: 4 },
  ridge: { size: 4 },
  'least squares': { size: 4 },
  logistic: { size: 10 },
};

export const referenceCases: readonly ReferenceCase[] = reference.cases;

/** The problem of a case, built from the bundled data. */
export async function buildCase(reference: ReferenceCase): Promise<Problem> {
  const part = problems.find(candidate => candidate.name === reference.problem);
  if (part === undefined) throw new Error(`no problem ${reference.problem}`);
  const data = await loadDataset(reference.data, { target: null, poll: () => {} });
  if (isRefusal(data)) throw new Error(data.refusal);
  const defaults = Object.entries(part.options).map(([name, spec]) => [name, spec.default]);
  const built = part.build({
    data,
    options: { ...Object.fromEntries(defaults), ...reference.options },
    blocks: blocksOf[reference.name] ?? 'coordinates',
    files: {},
    seed: 1,
    kernels: jsKernels,
    poll: () => {},
  });
  if (isRefusal(built)) throw new Error(built.refusal);
  return built;
}

/** r(x) over all blocks. */
export function penaltyValue(problem: Problem, x: Float64Array): number {
  return problem.blocks.reduce((sum, block) => sum + problem.penalty.value(x, block), 0);
}

/** ∇f(x), block after block. */
export function fullGradient(problem: Problem, x: Float64Array): Float64Array {
  const cache = problem.newCache(x);
  const out = new Float64Array(problem.size);
  for (const block of problem.blocks) {
    const part = new Float64Array(block.size);
    problem.gradient(cache, x, block, part);
    out.set(part, block.start);
  }
  return out;
}
