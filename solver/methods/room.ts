import { knownLipschitz, rowsOf } from '../core/capability.ts';
import type { Entry, MethodContext, MethodPart, Move, Proposal, Settled } from '../core/method.ts';
import type { Options } from '../core/part.ts';
import { type Block, largestBlock, type Problem } from '../core/problem.ts';
import type { State } from '../core/state.ts';

/** Work above which the new caches are computed with the proposal, where a pause can interrupt it. */
const LONG_SHIFT = 1 << 20;

/** Which points, vectors and marks the entries of a method's proposals contain. */
export interface Shape {
  /** The point gradients are read at. */
  readonly point: string;
  readonly moves: readonly string[];
  readonly writes: readonly string[];
  readonly marks: readonly string[];
}

/**
 * The reusable proposal of a method. A single block uses one entry wide enough for any block; a larger set has an entry
 * per block, together as long as x.
 */
export class ProposalRoom {
  readonly proposal: Proposal & { readonly entries: Entry[] };
  readonly #context: MethodContext;
  readonly #shape: Shape;
  readonly #single: Entry;
  readonly #own: Entry[] = [];

  constructor(context: MethodContext, shape: Shape) {
    const { blocks } = context.problem;
    this.#context = context;
    this.#shape = shape;
    this.#single = this.#entry(blocks[0] as Block, largestBlock(blocks));
    this.proposal = {
      entries: [this.#single],
      read: { point: shape.point, sweep: 0, version: 0 },
      settled: shape.moves.map(point => ({ point, cache: null })),
      tried: false,
      work: 0,
      gradients: 0,
      proxes: 0,
      values: 0,
    };
  }

  /** Begins the proposal of a set of blocks. */
  open(state: State, blocks: readonly Block[]): Proposal {
    const { proposal } = this;
    const { entries, read, settled } = proposal;
    if (entries.length !== blocks.length) entries.length = blocks.length;
    for (let e = 0; e < blocks.length; e++) {
      const block = blocks[e]!;
      const entry = blocks.length === 1 ? this.#single : this.#ownOf(block);
      entry.block = block;
      entry.exact = true;
      entry.batch = null;
      entry.stepSize = Number.NaN;
      entries[e] = entry;
    }
    read.sweep = state.sweep;
    read.version = state.k;
    for (let s = 0; s < settled.length; s++) settled[s]!.cache = null;
    proposal.tried = false;
    proposal.work = 0;
    proposal.gradients = 0;
    proposal.proxes = 0;
    proposal.values = 0;
    return proposal;
  }

  /**
   * Computes the caches after long moves in advance, where a pause can interrupt it, so that the commit stays short.
   * Polls.
   */
  settle(state: State): void {
    const { problem } = this.#context;
    const { entries, settled } = this.proposal;
    let coordinates = 0;
    for (let e = 0; e < entries.length; e++) coordinates += entries[e]!.block.size;
    const rows = problem.finiteSum?.rows ?? problem.size;
    if (coordinates * rows <= LONG_SHIFT || coordinates === 1) return;
    for (const { point } of settled) {
      const { x, cache } = state.points[point]!;
      if (cache.length === 0) continue;
      const after = cache.slice();
      const at = entries.length === 1 ? x : x.slice();
      for (const { block, moves } of entries) {
        const move = moves.find(candidate => candidate.point === point) as Move;
        problem.shifted(after, at, block, move.delta, after);
        if (entries.length > 1) at.set(move.value.subarray(0, block.size), block.start);
      }
      (settled.find(candidate => candidate.point === point) as Settled).cache = after;
    }
  }

  #ownOf(block: Block): Entry {
    this.#own[block.index] ??= this.#entry(block, block.size);
    return this.#own[block.index]!;
  }

  #entry(block: Block, size: number): Entry {
    const { moves, writes, marks } = this.#shape;
    const room = () => this.#context.kernels.array(size);
    return {
      block,
      gradient: room(),
      exact: true,
      batch: null,
      stepSize: Number.NaN,
      tried: false,
      moves: moves.map(point => ({ point, value: room(), delta: room() })),
      writes: writes.map(vector => ({ vector, values: room() })),
      marks: marks.map(vector => ({ vector, value: 0 })),
    };
  }
}

/** Gradient work of a block over `rows` rows (all: null), in rows × coordinates. */
export function gradientWork(
  context: MethodContext,
  block: Block,
  rows: number | null = null,
): number {
  return block.size * (rows ?? rowsOf(context.problem));
}

/** g ← ∇_b f(x) of an entry at a point, counted. */
export function readGradient(
  context: MethodContext,
  proposal: Proposal,
  entry: Entry,
  point: { readonly x: Float64Array; readonly cache: Float64Array },
): void {
  context.problem.gradient(point.cache, point.x, entry.block, entry.gradient);
  proposal.work += gradientWork(context, entry.block);
  proposal.gradients++;
}

/** out = ∇f at a point, all coordinates: a device's, where the state says so. */
export function wholeGradient(
  { problem, bulk }: MethodContext,
  state: State,
  point: { readonly x: Float64Array; readonly cache: Float64Array },
  out: Float64Array,
): void {
  const work = state.device && problem.device ? problem.device : bulk;
  work.gradient(point.cache, point.x, out);
}

/** g ← ∇_b f(x) of every entry, at once where the problem can; where they are half of all coordinates or more, by a device that computes. */
export function readGradients(
  context: MethodContext,
  state: State,
  proposal: Proposal,
  point: { readonly x: Float64Array; readonly cache: Float64Array },
): void {
  const { entries } = proposal;
  let coordinates = 0;
  if (state.device) for (let e = 0; e < entries.length; e++) coordinates += entries[e]!.block.size;
  const { problem } = context;
  const onDevice = state.device && 2 * coordinates >= problem.size;
  if (!onDevice && (entries.length === 1 || !problem.gradients)) {
    for (let e = 0; e < entries.length; e++) readGradient(context, proposal, entries[e]!, point);
    return;
  }
  const whole = wholeOf(problem);
  if (onDevice) wholeGradient(context, state, point, whole);
  else problem.gradients!(point.cache, point.x, entries.map(blockOf), whole);
  for (let e = 0; e < entries.length; e++) {
    const { block, gradient } = entries[e]!;
    for (let i = 0; i < block.size; i++) gradient[i] = whole[block.start + i]!;
    proposal.work += gradientWork(context, block);
    proposal.gradients++;
  }
}

const blockOf = ({ block }: Entry): Block => block;

const wholes = new WeakMap<Problem, Float64Array>();

/** Scratch as long as x. */
function wholeOf(problem: Problem): Float64Array {
  const known = wholes.get(problem);
  if (known) return known;
  const made = new Float64Array(problem.size);
  wholes.set(problem, made);
  return made;
}

type Refuses = MethodPart['refuses'];

/** Refuses the matrix metric for a problem that has none. */
export const refusesMetric: Refuses = (problem, options) =>
  takesMatrix(options) && !problem.curvature?.metricMatrix
    ? {
        attribute: 'methodOptions.metric',
        value: 'matrix',
        wrong: `needs the block's Hessian as a matrix, which ${problem.name} does not give`,
        accepted: 'scalar',
      }
    : null;

export const refusesNothing: Refuses = () => null;

/** In the matrix metric a step is a multiple of the block's own. */
export const refusesStepInMatrix: NonNullable<MethodPart['refusesStep']> = (step, options) =>
  takesMatrix(options) && step !== 'lipschitz'
    ? {
        wrong:
          'needs the scalar metric: an absolute step has no meaning in the metric of the block’s Hessian',
        accepted: 'lipschitz, or methodOptions.metric "scalar"',
      }
    : null;

/** The option `metric`: are steps meant in the norm of the problem's matrices Λ_b? */
export function takesMatrix(options: Options): boolean {
  return options['metric'] === 'matrix';
}

/**
 * Is L_b known? A problem knows it for every block or for none, so only the first is tried: a module's function may take
 * seconds.
 */
export function knowsBlockBounds(problem: Problem): boolean {
  const { start, blocks } = problem;
  const [first] = blocks;
  return !first || knownLipschitz(problem, problem.newCache(start), start, first) !== null;
}
