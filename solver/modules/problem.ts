// A problem module as a problem: its oracle, and its penalty.

import type { Block, Penalty, Poll, Problem } from '../core/problem.ts';
import { blockSoftThreshold, elasticNetProx, euclideanNorm } from '../kernels/prox.ts';
import { curvature } from './curvature.ts';
import type { Spec, UserFunctions } from './functions.ts';
import type { BlockPenalty } from './index.ts';

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
    newtonModel: null,
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

/** λ₁‖·‖₁ + λ₂/2 ‖·‖², λ‖·‖₂, or the indicator of a box: what every penalty of a module comes down to. */
type Form =
  | { readonly form: 'elastic'; readonly l1: number; readonly l2: number }
  | { readonly form: 'group'; readonly lambda: number }
  | { readonly form: 'box'; readonly low: number; readonly high: number };

/** r(x) = Σ_b r_b(x_b) from the penalties a module names; null: none. `specs` is indexed as the blocks are. */
export function modulePenalty(specs: readonly (BlockPenalty | null)[]): Penalty {
  const forms = specs.map(spec => (spec === null ? null : formOf(spec)));
  const at = (block: Block): Form | null => forms[block.index] ?? null;
  return {
    value(x, block) {
      const form = at(block);
      return form === null ? 0 : penaltyValue(form, x, block);
    },
    prox(u, t, block, out) {
      const form = at(block);
      if (form === null) out.set(u.subarray(0, block.size));
      else proxOf(form, u, t, block.size, out);
    },
    distance(x, s, block) {
      const form = at(block);
      return form === null
        ? euclideanNorm(s, 0, block.size)
        : distanceOf(form, x, s, block.start, block.size);
    },
    isZero: block => at(block) === null,
    support(x, block) {
      if (at(block) === null) return 0;
      let count = 0;
      for (let i = block.start; i < block.start + block.size; i++) if (x[i] !== 0) count++;
      return count;
    },
    metricStep() {
      // Modules have no metricMatrix, so no method that wants a matrix metric gets this far.
      throw new Error('a problem module has no matrix metric');
    },
    convexity(block) {
      const form = at(block);
      return form?.form === 'elastic' ? form.l2 : 0;
    },
  };
}

function formOf(spec: BlockPenalty): Form {
  switch (spec.kind) {
    case 'l1':
      return { form: 'elastic', l1: spec.lambda, l2: 0 };
    case 'l2':
      return { form: 'elastic', l1: 0, l2: spec.lambda };
    case 'elasticNet':
      return {
        form: 'elastic',
        l1: spec.lambda * spec.l1Ratio,
        l2: spec.lambda * (1 - spec.l1Ratio),
      };
    case 'groupL2':
      return { form: 'group', lambda: spec.lambda };
    case 'box':
      return { form: 'box', low: spec.low, high: spec.high };
  }
}

function penaltyValue(form: Form, x: Float64Array, { start, size }: Block): number {
  if (form.form === 'group') return form.lambda * euclideanNorm(x, start, size);
  let sum = 0;
  let squares = 0;
  for (let i = start; i < start + size; i++) {
    const v = x[i]!;
    if (form.form === 'box' && (v < form.low || v > form.high)) return Number.POSITIVE_INFINITY;
    sum += Math.abs(v);
    squares += v * v;
  }
  return form.form === 'box' ? 0 : form.l1 * sum + (form.l2 / 2) * squares;
}

function proxOf(form: Form, u: Float64Array, t: number, d: number, out: Float64Array): void {
  if (form.form === 'elastic') elasticNetProx(u, 0, t, form.l1, form.l2, out, 0, d);
  else if (form.form === 'group') blockSoftThreshold(u, 0, t * form.lambda, out, 0, d);
  else for (let i = 0; i < d; i++) out[i] = Math.min(Math.max(u[i]!, form.low), form.high);
}

/** The distance of s to ∂r at x. ∂ of λ‖·‖₂ at 0 is the ball of radius λ; of a box at a bound, the half line outwards. */
function distanceOf(
  form: Form,
  x: Float64Array,
  s: Float64Array,
  start: number,
  size: number,
): number {
  const rest = new Float64Array(size);
  if (form.form === 'group') {
    const norm = euclideanNorm(x, start, size);
    if (norm === 0) return Math.max(euclideanNorm(s, 0, size) - form.lambda, 0);
    for (let i = 0; i < size; i++) rest[i] = s[i]! - (form.lambda * x[start + i]!) / norm;
  } else {
    for (let i = 0; i < size; i++) {
      const [low, high] = interval(form, x[start + i]!);
      rest[i] = s[i]! - Math.min(Math.max(s[i]!, low), high);
    }
  }
  return euclideanNorm(rest, 0, size);
}

/** ∂r at one coordinate, as the interval [low, high]. */
function interval(form: Exclude<Form, { form: 'group' }>, v: number): readonly [number, number] {
  if (form.form === 'elastic') {
    if (v === 0) return [-form.l1, form.l1];
    const slope = Math.sign(v) * form.l1 + form.l2 * v;
    return [slope, slope];
  }
  return [
    v <= form.low ? Number.NEGATIVE_INFINITY : 0,
    v >= form.high ? Number.POSITIVE_INFINITY : 0,
  ];
}
