import { largestBlock } from '../core/blocks.ts';
import { knownLipschitz, rowsOf } from '../core/capability.ts';
import type { MethodContext, Move, Proposal } from '../core/method.ts';
import type { Block, Curvature } from '../core/problem.ts';
import type { Point, State } from '../core/state.ts';
import type { Trial } from '../core/stepRule.ts';

/** Work above which a block's new cache is computed with the proposal, where a pause can interrupt it. */
const LONG_SHIFT = 1 << 20;

/**
 * One proximal block step shared by the proximal methods:
 * v = prox_{t r_b}(x_b − t g) with t from the step rule, written into the proposal's first move.
 * Owns its arrays; nothing is allocated at an update.
 */
export class ProxStep {
  readonly #context: MethodContext;
  readonly #trial: Float64Array;
  readonly #hessianTimesMove: Float64Array;
  #point!: Point;
  #proposal!: Proposal;
  #move!: Move;
  #base = Number.NaN;

  constructor(context: MethodContext) {
    this.#context = context;
    const largest = largestBlock(context.problem.blocks);
    this.#trial = new Float64Array(largest);
    this.#hessianTimesMove = new Float64Array(largest);
  }

  /** Fills stepSize and move of the proposal from its gradient. `eta` scales the rule's step: L_b / eta bounds the curvature. */
  take(state: State, point: Point, proposal: Proposal, move: Move, eta: number): void {
    const { block } = proposal;
    const { problem, step } = this.#context;
    this.#point = point;
    this.#proposal = proposal;
    this.#move = move;
    this.#base = Number.NaN;
    const override = state.stepOverride[block.index] as number;
    const L = knownLipschitz(problem, point.cache, point.x, block);
    const t = Number.isNaN(override)
      ? step.choose(
          state.steps[block.index] as number,
          this.#context.firstSteps[block.index] as number,
          L === null ? null : L / eta,
          this.#try,
        )
      : override;
    proposal.stepSize = t;
    this.#toward(t);
    settle(this.#context, point, block, move);
  }

  readonly #try = (t: number): Trial => {
    this.#toward(t);
    return this.#judge(t);
  };

  /** value ← prox_{t r}(x − t g), delta ← value − x. */
  #toward(t: number): void {
    const { block, gradient } = this.#proposal;
    const { x } = this.#point;
    const { value, delta } = this.#move;
    const trial = this.#trial;
    for (let i = 0; i < block.size; i++) {
      trial[i] = (x[block.start + i] as number) - t * (gradient[i] as number);
    }
    this.#context.problem.penalty.prox(trial, t, block, value);
    for (let i = 0; i < block.size; i++) {
      delta[i] = (value[i] as number) - (x[block.start + i] as number);
    }
    this.#proposal.proxes++;
  }

  /**
   * f(x + d) ≤ f(x) + ⟨g, d⟩ + ‖d‖²/(2t). Where the two sides differ by no more than the rounding of f can make, the same
   * inequality is read off the curvature along d instead: ⟨d, ∇²f d⟩ ≤ ‖d‖²/t (equal for quadratics).
   */
  #judge(t: number): Trial {
    const { problem } = this.#context;
    const { block, gradient } = this.#proposal;
    const { x, cache } = this.#point;
    const { delta } = this.#move;
    let slope = 0;
    let square = 0;
    let longest = 0;
    for (let i = 0; i < block.size; i++) {
      const d = delta[i] as number;
      slope += (gradient[i] as number) * d;
      square += d * d;
      longest = Math.max(longest, Math.abs(d));
    }
    if (longest === 0) return 'still';
    if (!Number.isFinite(slope + square)) return 'refused';
    if (Number.isNaN(this.#base)) {
      this.#base = problem.value(cache, x);
      this.#proposal.values++;
    }
    // A sum of n terms of one sign is off by at most n ulps of itself, in whatever order it is taken.
    const ulps = (problem.finiteSum?.rows ?? problem.size) * Number.EPSILON;
    const model = slope + square / (2 * t);
    this.#proposal.values++;
    const { curvature } = problem;
    if (!curvature || Math.abs(slope) + square / (2 * t) >= 1e-9 * Math.abs(this.#base)) {
      const after = problem.valueAfter(cache, x, block, delta);
      if (!Number.isFinite(after)) return 'refused';
      const above = after - this.#base - model;
      // Without curvature, what rounding hides is allowed.
      if (!curvature || Math.abs(above) > ulps * (Math.abs(after) + Math.abs(this.#base)))
        return above <= (curvature ? 0 : ulps * (Math.abs(after) + Math.abs(this.#base)))
          ? 'accepted'
          : 'refused';
    }
    return this.#curvatureAlong(curvature, longest) * t <= 1 + Math.max(1e-12, 4 * ulps)
      ? 'accepted'
      : 'refused';
  }

  /** ⟨d, ∇²f d⟩/‖d‖², d divided by its longest entry so that no square underflows. */
  #curvatureAlong(curvatureOf: Curvature, longest: number): number {
    const { block } = this.#proposal;
    const { x, cache } = this.#point;
    const direction = this.#trial;
    const product = this.#hessianTimesMove;
    for (let i = 0; i < block.size; i++) direction[i] = (this.#move.delta[i] as number) / longest;
    curvatureOf.hessianVector(cache, x, block, direction, product);
    let curvature = 0;
    let square = 0;
    for (let i = 0; i < block.size; i++) {
      curvature += (direction[i] as number) * (product[i] as number);
      square += (direction[i] as number) ** 2;
    }
    return curvature / square;
  }
}

/** Computes the cache a long move leads to, so that the commit itself stays short. */
export function settle(context: MethodContext, point: Point, block: Block, move: Move): void {
  const { problem } = context;
  move.cache = null;
  if (block.size > 1 && block.size * (problem.finiteSum?.rows ?? problem.size) > LONG_SHIFT) {
    move.cache = new Float64Array(point.cache.length);
    problem.shifted(point.cache, point.x, block, move.delta, move.cache);
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

/** A proposal with room for any block; methods reuse it. */
export function newProposal(
  context: MethodContext,
  point: string,
  moves: readonly string[],
  writes: readonly string[],
  marks: readonly string[],
): Proposal {
  const largest = largestBlock(context.problem.blocks);
  const room = () => new Float64Array(largest);
  return {
    block: context.problem.blocks[0] as Block,
    read: { point, sweep: 0, version: 0, batch: null },
    gradient: room(),
    exact: true,
    stepSize: Number.NaN,
    metric: 'scalar',
    moves: moves.map(name => ({ point: name, value: room(), delta: room(), cache: null })),
    writes: writes.map(vector => ({ vector, values: room() })),
    marks: marks.map(vector => ({ vector, value: 0 })),
    work: 0,
    gradients: 0,
    proxes: 0,
    values: 0,
  };
}

/** Starts the bookkeeping of a new proposal for a block. */
export function openProposal(proposal: Proposal, state: State, block: Block): void {
  proposal.block = block;
  proposal.read.sweep = state.sweep;
  proposal.read.version = state.k;
  proposal.read.batch = null;
  proposal.exact = true;
  proposal.stepSize = Number.NaN;
  proposal.work = 0;
  proposal.gradients = 0;
  proposal.proxes = 0;
  proposal.values = 0;
}
