import { knownLipschitz, roundingOfSum } from '../core/capability.ts';
import type { Entry, MethodContext, Proposal, Trial } from '../core/method.ts';
import { largestBlock, type Problem } from '../core/problem.ts';
import type { Point, State } from '../core/state.ts';
import { euclideanNorm } from '../kernels/prox.ts';

/**
 * The proximal step shared by the proximal methods: v_b = prox_{t r_b}(x_b − t g_b), written into the entry's first move,
 * with t from the step rule: one for each block of the set, or one for all of them.
 * Owns its arrays; nothing is allocated at the update of a block.
 */
export class ProxStep {
  readonly #context: MethodContext;
  readonly #trial: Float64Array;
  readonly #one: Entry[] = [];
  /** The whole vector and its cache after a trial step of several blocks; allocated on first use. */
  #after: Pick<Point, 'x' | 'cache'> | null = null;
  #scratch: Scratch = { direction: none, product: none };
  #state!: State;
  #point!: Point;
  #proposal!: Proposal;
  /** The blocks that share the step that is being chosen. */
  #set!: readonly Entry[];
  #base = Number.NaN;
  /** The last step that was accepted. */
  #accepted = Number.NaN;

  constructor(context: MethodContext) {
    this.#context = context;
    this.#trial = context.kernels.array(largestBlock(context.problem.blocks));
  }

  /** A step for each entry, as if it moved alone. `eta` scales the rule's step: L_b / eta bounds the curvature. */
  takeEach(state: State, point: Point, proposal: Proposal, eta: number): void {
    const { problem } = this.#context;
    const { entries } = proposal;
    for (let e = 0; e < entries.length; e++) {
      const entry = entries[e]!;
      this.#one[0] = entry;
      const L = knownLipschitz(problem, point.cache, point.x, entry.block);
      this.#take(state, point, proposal, this.#one, L === null ? null : L / eta);
    }
  }

  /** One step for all entries; L bounds the curvature of f. */
  takeAll(state: State, point: Point, proposal: Proposal, L: number | null): void {
    this.#take(state, point, proposal, proposal.entries, L);
    proposal.tried = proposal.entries.every(({ tried }) => tried);
  }

  #take(
    state: State,
    point: Point,
    proposal: Proposal,
    set: readonly Entry[],
    L: number | null,
  ): void {
    this.#state = state;
    this.#point = point;
    this.#proposal = proposal;
    this.#set = set;
    this.#base = Number.NaN;
    this.#accepted = Number.NaN;
    const { firstStep, step } = this.#context;
    let last = Number.POSITIVE_INFINITY;
    let first = Number.POSITIVE_INFINITY;
    let isChosen = false;
    for (let e = 0; e < set.length; e++) {
      const { block } = set[e]!;
      if (!Number.isNaN(state.stepOverride[block.index]!)) continue;
      isChosen = true;
      if (!step.searches) continue;
      const start = firstStep(block);
      const before = state.steps[block.index]!;
      last = Math.min(last, Number.isNaN(before) ? start : before);
      first = Math.min(first, start);
    }
    if (!step.searches) last = first = Number.NaN;
    // NaN where the user set the steps of all blocks.
    this.#toward(isChosen ? step.choose(last, first, L, this.#try) : Number.NaN);
  }

  readonly #try = (t: number): Trial => {
    this.#toward(t);
    const seen = this.#judge(t);
    if (seen === 'accepted') this.#accepted = t;
    return seen;
  };

  /** value ← prox_{t r}(x − t g), delta ← value − x; blocks whose step the user set keep that step. */
  #toward(t: number): void {
    const { penalty } = this.#context.problem;
    const { x } = this.#point;
    const { stepOverride } = this.#state;
    const trial = this.#trial;
    for (let e = 0; e < this.#set.length; e++) {
      const entry = this.#set[e]!;
      const { block, gradient } = entry;
      const { value, delta } = entry.moves[0]!;
      const own = stepOverride[block.index]!;
      const step = Number.isNaN(own) ? t : own;
      for (let i = 0; i < block.size; i++) trial[i] = x[block.start + i]! - step * gradient[i]!;
      penalty.prox(trial, step, block, value);
      for (let i = 0; i < block.size; i++) delta[i] = value[i]! - x[block.start + i]!;
      entry.stepSize = step;
      entry.tried = step === this.#accepted && Number.isNaN(own);
      this.#proposal.proxes++;
    }
  }

  /**
   * f(x + d) ≤ f(x) + ⟨g, d⟩ + ‖d‖²/(2t). Where the two sides differ by no more than the rounding of f can make, the same
   * inequality is read off the curvature along d instead: ⟨d, ∇²f d⟩ ≤ ‖d‖²/t (equal for quadratics).
   */
  #judge(t: number): Trial {
    const { problem } = this.#context;
    const { x, cache } = this.#point;
    let slope = 0;
    let square = 0;
    let longest = 0;
    for (let e = 0; e < this.#set.length; e++) {
      const { block, gradient, moves } = this.#set[e]!;
      const { delta } = moves[0]!;
      for (let i = 0; i < block.size; i++) {
        const d = delta[i]!;
        slope += gradient[i]! * d;
        square += d * d;
        longest = Math.max(longest, Math.abs(d));
      }
    }
    if (longest === 0) return 'still';
    if (!Number.isFinite(slope + square)) return 'refused';
    if (Number.isNaN(this.#base)) {
      this.#base = problem.value(cache, x);
      this.#proposal.values++;
    }
    const ulps = roundingOfSum(problem);
    const model = slope + square / (2 * t);
    this.#proposal.values++;
    const { curvature } = problem;
    if (!curvature || Math.abs(slope) + square / (2 * t) >= 1e-9 * Math.abs(this.#base)) {
      const after = this.#valueAfter();
      if (!Number.isFinite(after)) return 'refused';
      const above = after - this.#base - model;
      const rounding = ulps * (Math.abs(after) + Math.abs(this.#base));
      // Without curvature, what rounding hides is allowed.
      if (!curvature) return above <= rounding ? 'accepted' : 'refused';
      if (Math.abs(above) > rounding) return above <= 0 ? 'accepted' : 'refused';
    }
    const seen = this.#curvatureAlong(longest);
    return seen * t <= 1 + Math.max(1e-12, 4 * ulps) ? 'accepted' : 'refused';
  }

  /** f at the trial point. */
  #valueAfter(): number {
    const { problem } = this.#context;
    const { x, cache } = this.#point;
    const set = this.#set;
    if (set.length === 1) {
      const { block, moves } = set[0]!;
      return problem.valueAfter(cache, x, block, moves[0]!.delta);
    }
    this.#after ??= {
      x: this.#context.kernels.array(x.length),
      cache: this.#context.kernels.array(cache.length),
    };
    const after = this.#after;
    after.x.set(x);
    after.cache.set(cache);
    for (let e = 0; e < set.length; e++) {
      const { block, moves } = set[e]!;
      const { value, delta } = moves[0]!;
      problem.shifted(after.cache, after.x, block, delta, after.cache);
      for (let i = 0; i < block.size; i++) after.x[block.start + i] = value[i]!;
    }
    return problem.value(after.cache, after.x);
  }

  /** ⟨d, ∇²f d⟩/‖d‖², d the move of the set divided by its longest entry, so that no square underflows. */
  #curvatureAlong(longest: number): number {
    const { problem } = this.#context;
    const { curvature } = problem;
    if (!curvature) return Number.NaN;
    const { x, cache } = this.#point;
    const set = this.#set;
    const { block, moves } = set[0]!;
    const whole = set.length > 1;
    const { direction, product } = this.#scratchOf(whole ? problem.size : block.size);
    if (!whole) {
      const { delta } = moves[0]!;
      for (let i = 0; i < block.size; i++) direction[i] = delta[i]! / longest;
      curvature.hessianVector(cache, x, block, direction, product);
      return quotient(direction, product, block.size);
    }
    direction.fill(0);
    for (const { block: own, moves: ownMoves } of set) {
      const { delta } = ownMoves[0]!;
      for (let i = 0; i < own.size; i++) direction[own.start + i] = delta[i]! / longest;
    }
    if (curvature.fullHessianVector) curvature.fullHessianVector(cache, x, direction, product);
    else differenceVector(problem, x, direction, product);
    return quotient(direction, product, problem.size);
  }

  #scratchOf(size: number): Scratch {
    if (this.#scratch.direction.length < size)
      this.#scratch = { direction: new Float64Array(size), product: new Float64Array(size) };
    return this.#scratch;
  }
}

/** A direction and the product of ∇²f with it. */
interface Scratch {
  readonly direction: Float64Array;
  readonly product: Float64Array;
}

const none = new Float64Array(0);

function quotient(direction: Float64Array, product: Float64Array, size: number): number {
  let curvature = 0;
  let square = 0;
  for (let i = 0; i < size; i++) {
    curvature += direction[i]! * product[i]!;
    square += direction[i]! * direction[i]!;
  }
  return curvature / square;
}

/** out = ∇²f(x) v from central differences of the gradient: relative error about 1e-9 where f is well scaled. */
function differenceVector(
  problem: Problem,
  x: Float64Array,
  v: Float64Array,
  out: Float64Array,
): void {
  const { blocks, size } = problem;
  const norm = euclideanNorm(v, 0, size);
  const h = (6e-6 * (1 + euclideanNorm(x, 0, size))) / norm;
  const at = new Float64Array(size);
  const part = new Float64Array(size);
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
