import { rowsOf } from '../core/capability.ts';
import type { Entry, Method, MethodContext, MethodPart, Proposal } from '../core/method.ts';
import { type Block, largestBlock } from '../core/problem.ts';
import { sampleRows, stream } from '../core/random.ts';
import type { Point, State } from '../core/state.ts';
import { MetricStep, SUBGRADIENT, writeSubgradient } from './proximal.ts';
import { ProxStep } from './proxStep.ts';
import {
  gradientWork,
  knowsBlockBounds,
  ProposalRoom,
  refusesMetric,
  refusesStepInMatrix,
  takesMatrix,
} from './room.ts';

/** g_b, the PAGE estimate formed at the block's last visit. */
const ESTIMATE = 'estimate';
/** Mean gradient over the batch of the block's next visit, read at its last visit; it replaces a copy of x per block. */
const OLD_BATCH = 'oldBatch';
/** Visits of each block since the memories were last reset. */
const VISITS = 'visits';

/**
 * VR-CCD, variance-reduced cyclic coordinate descent: P-CCD with the block PAGE estimator.
 * First visit, or with probability p: g_b ← mean over b rows of ∇_b f_i(x).
 * Else: g_b ← g_b + mean over b' rows of [∇_b f_i(x) − ∇_b f_i(x at the block's last visit)], the same rows at both points.
 * x_b ← argmin ⟨g_b, z⟩ + ‖z − x_b‖²_{Λ_b}/(2η) + r_b(z).
 * Batches are functions of (seed, block, visit), so the next visit's old-point sum is taken now, at today's point.
 * Source: Cai, Song, Wright, Diakonikolas 2023 (arXiv 2212.05088); PAGE: Li, Bao, Zhang, Richtárik 2021 (arXiv 2008.10898).
 */
export const vrccd: MethodPart = {
  name: 'vrccd',
  title: 'VR-CCD',
  summary:
    'P-CCD on the block PAGE estimate of the gradient: rare full batches, small difference batches in between.',
  source: 'Cai, Song, Wright, Diakonikolas 2023, arXiv 2212.05088',
  suits: 'finite sums over rows plus block-separable convex r',
  options: {
    p: {
      type: 'number',
      default: null,
      minimum: 0,
      maximum: 1,
      description: 'Probability of a full batch; default b′/(b + b′).',
    },
    b: {
      type: 'integer',
      default: null,
      minimum: 1,
      description: 'Rows of a full batch; default all.',
    },
    bPrime: {
      type: 'integer',
      unusedWith: [{ attribute: 'methodOptions.p', value: 1 }],
      default: null,
      minimum: 1,
      description: 'Rows of a difference batch; default ⌈√b⌉.',
    },
    eta: {
      type: 'number',
      unusedWith: [{ attribute: 'step', value: 'fixed' }],
      default: 0.3,
      exclusiveMinimum: 0,
      description: 'Step in the metric Λ_b; 1 is P-CCD’s.',
    },
    coin: {
      type: 'choice',
      unusedWith: [{ attribute: 'methodOptions.p', value: 1 }],
      default: 'sweep',
      values: ['sweep', 'block'],
      description: 'One coin a sweep for all blocks, or one at each visit.',
    },
    metric: {
      type: 'choice',
      default: 'scalar',
      values: ['scalar', 'matrix'],
      description: 'Λ_b: L_b times the identity, or the block’s Hessian.',
    },
  },
  needs: ['finiteSum'],
  wholeVector: false,
  eachBlockOnce: false,
  noise:
    'The gradients are means over sampled rows, so this may be their noise floor: a larger b, up to all rows, removes it; a larger b′ or p or a smaller eta lowers it.',
  stepSizeFixed: null,
  stepRules: ['lipschitz', 'fixed'],
  certificate: true,
  knowsStep: knowsBlockBounds,
  refusesStep: refusesStepInMatrix,
  listing: [
    { text: 'x ← x₀', frame: 'run' },
    { text: 'for sweep = 1, 2, …', frame: 'sweep' },
    { text: '  b ← next block of the ordering', phase: 'order' },
    {
      text: '  g_b ← mean over b rows of ∇_b f_i(x)            with probability p',
      phase: 'gradient',
    },
    { text: '        else g_b + mean over b′ rows of ∇_b f_i(x) − ∇_b f_i(x_old)' },
    { text: '  Λ_b/η ← the block’s metric over η, or I/t', phase: 'step' },
    { text: '  z ← argmin ⟨g_b, z⟩ + ½‖z − x_b‖²_(Λ_b/η) + r_b(z)', phase: 'prox' },
    { text: '  x_b ← z', phase: 'commit' },
  ],
  refuses(problem, options) {
    const n = rowsOf(problem);
    for (const name of ['b', 'bPrime'] as const) {
      const rows = options[name];
      if (typeof rows === 'number' && rows > n) {
        return {
          attribute: `methodOptions.${name}`,
          value: String(rows),
          wrong: `is more than the ${n} rows of the data`,
          accepted: `1 to ${n}`,
        };
      }
    }
    return refusesMetric(problem, options);
  },
  create,
};

interface Parameters {
  readonly p: number;
  readonly b: number;
  readonly bPrime: number;
  readonly eta: number;
}

function create(context: MethodContext): Method {
  const { problem, options, seed } = context;
  const n = rowsOf(problem);
  const coinPerBlock = options['coin'] === 'block';
  const b = (options['b'] as number | null) ?? n;
  const bPrime = (options['bPrime'] as number | null) ?? Math.ceil(Math.sqrt(b));
  const p = (options['p'] as number | null) ?? bPrime / (b + bPrime);

  const scalarStep = new ProxStep(context);
  const matrixStep = takesMatrix(options) ? new MetricStep(context) : null;
  const norm = matrixStep?.norm ?? null;
  const room = new ProposalRoom(context, {
    point: 'x',
    moves: ['x'],
    writes: [SUBGRADIENT, ESTIMATE, OLD_BATCH],
    marks: [VISITS],
  });
  const fresh = context.kernels.array(largestBlock(problem.blocks));

  /** out = mean of ∇_b f_i over `rows` rows drawn by the keys; counts the work. Returns the batch, null for all rows. */
  function batchGradient(
    point: Point,
    block: Block,
    rows: number,
    key: string,
    visit: number,
    out: Float64Array,
  ): Int32Array | null {
    room.proposal.work += gradientWork(context, block, Math.min(rows, n));
    room.proposal.gradients++;
    if (rows >= n) {
      problem.gradient(point.cache, point.x, block, out);
      return null;
    }
    const batch = sampleRows(n, rows, stream(seed, key, block.index, visit));
    problem.finiteSum?.sampleGradient(point.cache, point.x, block, batch, out);
    return batch;
  }

  /** Is the next visit's batch already known to be full? A future sweep's coin is not drawn in advance. */
  function nextIsFull(block: Block, visit: number, p: number): boolean {
    return p >= 1 || (coinPerBlock && stream(seed, 'coin', block.index, visit + 1)() < p);
  }

  /** The entry's PAGE estimate of the gradient, and what its next visit needs of this point. */
  function estimateGradient(state: State, point: Point, entry: Entry): void {
    const { block, gradient: g } = entry;
    const [, estimate, oldBatch] = entry.writes;
    const parameters = state.parameters as unknown as Parameters;
    const visit = (state.vectors[VISITS]?.[block.index] as number) + 1;
    const coin = coinPerBlock
      ? stream(seed, 'coin', block.index, visit)
      : stream(seed, 'coin', state.sweep);
    if (visit === 1 || coin() < parameters.p) {
      entry.batch = batchGradient(point, block, parameters.b, 'full', visit, g);
      entry.exact = entry.batch === null;
    } else {
      entry.batch = batchGradient(point, block, parameters.bPrime, 'difference', visit, fresh);
      entry.exact = false;
      const before = state.vectors[ESTIMATE] as Float64Array;
      const old = state.vectors[OLD_BATCH] as Float64Array;
      for (let i = 0, at = block.start; i < block.size; i++, at++) {
        g[i] = before[at]! + (fresh[i]! - old[at]!);
      }
    }
    // The old-point sum is for the block's next visit, unless that is already known to take a full batch.
    if (nextIsFull(block, visit, parameters.p)) oldBatch!.values.fill(0, 0, block.size);
    else batchGradient(point, block, parameters.bPrime, 'difference', visit + 1, oldBatch!.values);
    for (let i = 0; i < block.size; i++) estimate!.values[i] = g[i]!;
    entry.marks[0]!.value = visit;
  }

  return {
    iterate: 'x',
    readPoint: 'x',
    parameters: { p, b, bPrime, eta: options['eta'] as number },
    norm,
    subgradient: SUBGRADIENT,
    start: x => ({
      points: { x: x.slice() },
      vectors: {
        [SUBGRADIENT]: context.kernels.array(x.length).fill(Number.NaN),
        [ESTIMATE]: context.kernels.array(x.length),
        [OLD_BATCH]: context.kernels.array(x.length),
        [VISITS]: context.kernels.array(problem.blocks.length),
      },
      scalars: {},
    }),
    beginSweep: null,
    propose(state: State, blocks: readonly Block[]): Proposal {
      const point = state.points['x'] as Point;
      const { eta } = state.parameters as unknown as Parameters;
      const proposal = room.open(state, blocks);
      const { entries } = proposal;
      for (let e = 0; e < entries.length; e++) estimateGradient(state, point, entries[e]!);
      if (matrixStep) matrixStep.takeEach(state, point, proposal, eta);
      else scalarStep.takeEach(state, point, proposal, eta);
      room.settle(state);
      for (let e = 0; e < entries.length; e++) writeSubgradient(entries[e]!, norm);
      return proposal;
    },
  };
}
