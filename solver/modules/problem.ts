import type { Block, Poll, Problem } from '../core/problem.ts';
import { curvature } from './curvature.ts';
import type { Spec, UserFunctions } from './functions.ts';
import { modulePenalty } from './penalty.ts';

/** The oracle of a problem module. Its methods throw UserError where user code does. */
export function moduleProblem(
  name: string,
  spec: Spec,
  blocks: readonly Block[],
  functions: UserFunctions,
  poll: Poll,
): Problem {
  const size = blocks.reduce((sum, block) => sum + block.size, 0);
  const { lipschitz, rowsGradient } = functions;
  const start = startOf(spec, blocks, size);
  const second = curvature(functions, blocks, start, poll);
  const after = new Float64Array(size);
  return {
    name,
    blocks,
    size,
    // Only the module knows the cost of a gradient; a sum over rows of x's length is the usual case.
    work: size * (spec.rows ?? 1),
    notes: notesOf(functions),
    parameters: {
      blocks: blocks.length,
      coordinates: size,
      ...(spec.rows === undefined ? {} : { n: spec.rows }),
      curvature: functions.hessianVector === null ? 'gradient differences' : 'hessianVector',
      stepBound: lipschitz === null ? 'probed and backtracked' : 'lipschitz',
    },
    start,
    penalty: modulePenalty(blocks.map(block => spec.penalty?.[block.name] ?? null)),
    // A module keeps nothing beside x: its functions compute from x alone.
    newCache: () => new Float64Array(0),
    shift() {},
    shifted() {},
    value: (_cache, x) => functions.value(x),
    valueAfter(_cache, x, block, delta) {
      after.set(x);
      for (let i = 0; i < block.size; i++) after[block.start + i] = x[block.start + i]! + delta[i]!;
      return functions.value(after);
    },
    gradient(_cache, x, block, out) {
      poll();
      functions.gradient(x, block, out);
    },
    lowerBound: null,
    rounding: null,
    exactBlock: null,
    certificate: null,
    finiteSum:
      rowsGradient === null || spec.rows === undefined
        ? null
        : {
            rows: spec.rows,
            sampleGradient: (_cache, x, block, rows, out) => rowsGradient(x, block, rows, out),
          },
    curvature: {
      lipschitz(_cache, x, block) {
        if (lipschitz === null) return null;
        poll();
        return lipschitz(x, block);
      },
      proven: false,
      globalLipschitz: null,
      hessianVector: (_cache, x, block, v, out) => second.product(x, block, v, out),
      fullHessianVector: null,
      fullEstimate: (x, v, out) => second.whole(x, v, out),
      fullBoundVector: null,
      convex: false,
      constantHessian: false,
      sharpness: (_cache, x, block) => second.sharpness(x, block),
      metricMatrix: null,
    },
  };
}

/** The blocks in the order the module names them, their coordinates `slope[0]`, `slope[1]`, … (`offset` for a single one). */
export function moduleBlocks(sizes: Readonly<Record<string, number>>): readonly Block[] {
  let start = 0;
  return Object.entries(sizes).map(([name, size], index) => {
    const coordinates =
      size === 1 ? [name] : Array.from({ length: size }, (_, i) => `${name}[${i}]`);
    const block = { name, index, start, size, coordinates };
    start += size;
    return block;
  });
}

function startOf(spec: Spec, blocks: readonly Block[], size: number): Float64Array {
  const start = new Float64Array(size);
  for (const block of blocks) start.set(spec.start?.[block.name] ?? [], block.start);
  return start;
}

/** The engine adds a note about a missing L_b where it matters. */
function notesOf({ hessianVector }: UserFunctions): readonly string[] {
  return hessianVector === null
    ? ['The module has no hessianVector: curvature comes from differences of gradients.']
    : [];
}
