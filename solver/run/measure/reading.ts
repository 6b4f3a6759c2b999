import type { Bulk } from '../../core/bulk.ts';
import { knownLipschitz, mappingCurvature, sharpnessOf } from '../../core/capability.ts';
import type { Batch, JointSharpness, Reading } from '../../core/diagnostic.ts';
import {
  type Entry,
  type Method,
  type MethodSweep,
  movesPoint,
  type Proposal,
} from '../../core/method.ts';
import { type Block, largestBlock, memo, type Problem } from '../../core/problem.ts';
import { type Point, type State, trusted } from '../../core/state.ts';
import { type Bounds, dualValue, type Objective } from './objective.ts';
import { JointSharpnesses, NormSharpness } from './stepSharpness.ts';

/** What the diagnostics of one block update share; made once for a run and opened anew at every update. */
export class StepReading implements Reading {
  readonly problem: Problem;
  readonly method: Method;
  state!: State;
  proposal!: Proposal;
  entry!: Entry;
  block!: Block;
  point!: Point;
  readonly #probed: (block: Block) => number;
  readonly #bulk: Bulk;
  readonly #objective: Objective;
  readonly #bounds: Bounds;
  readonly #exact: Float64Array;
  #gradient: Float64Array | null = null;
  /** L_b at the point that was read; NaN until it is asked for. */
  #L = Number.NaN;
  /** The point read, where the last update did not move it; what is known of its exact gradient, by block. */
  #resting: Point | null = null;
  readonly #gradients: Float64Array;
  readonly #known: Uint8Array;
  /** λ_max of each block's Hessian at the point read; NaN until it is asked for. A constant Hessian's is kept. */
  readonly #sharpness: Float64Array;
  /** In the norm of the method's steps, where that is not the Euclidean one. */
  readonly #normSharpness: NormSharpness | null;
  readonly #jointSharpnesses: JointSharpnesses;
  #joint: JointSharpness | null = null;
  #before: number | null = null;
  #full: Float64Array | null = null;
  #gap: number | null = null;
  /** The iterate with a cache that verdicts may rest on, once it is asked for. */
  #judged: Point | null = null;
  /** F there, once it is asked for. */
  #F: number | null = null;

  constructor(
    problem: Problem,
    method: Method,
    probed: (block: Block) => number,
    bulk: Bulk,
    objective: Objective,
    bounds: Bounds,
  ) {
    this.problem = problem;
    this.method = method;
    this.#probed = probed;
    this.#bulk = bulk;
    this.#objective = objective;
    this.#bounds = bounds;
    this.#exact = new Float64Array(largestBlock(problem.blocks));
    this.#gradients = new Float64Array(problem.size);
    this.#known = new Uint8Array(problem.blocks.length);
    this.#sharpness = new Float64Array(problem.blocks.length).fill(Number.NaN);
    this.#normSharpness = method.norm && new NormSharpness(problem, method.norm);
    this.#jointSharpnesses = new JointSharpnesses(problem, this.#normSharpness);
  }

  /** Begins the reading of an update that was proposed and not made. `state` includes the sweep's start. */
  open(state: State, proposal: Proposal, entry: Entry): void {
    this.state = state;
    this.proposal = proposal;
    this.entry = entry;
    this.block = entry.block;
    this.point = this.#point(this.method.readPoint);
    this.#L = Number.NaN;
    this.#gradient = null;
    this.#joint = null;
    this.#recall(proposal.entries, entry.block.index);
    this.#before = null;
    this.forget();
  }

  /** What was read at the point holds as long as no update moves it: a method may move another one meanwhile. */
  #recall(entries: readonly Entry[], block: number): void {
    const constant = this.problem.curvature?.constantHessian === true;
    if (movesPoint(entries, this.method.readPoint)) {
      this.#resting = null;
      if (!constant) this.#sharpness[block] = Number.NaN;
    } else if (this.#resting !== this.point) {
      this.#resting = this.point;
      this.#known.fill(0);
      if (!constant) this.#sharpness.fill(Number.NaN);
    }
  }

  /** The update was made: `state` is what it left. */
  committed(state: State): void {
    this.state = state;
    this.forget();
  }

  /** Turns to another block of the same update. */
  turn(entry: Entry): void {
    this.entry = entry;
    this.block = entry.block;
  }

  /** What diagnostics read of the updates that the method's sweep makes; one object for all its calls. */
  batch(): { -readonly [K in keyof Batch]: Batch[K] } {
    const { problem, method } = this;
    const { cache, x } = this.#point(method.iterate);
    const sharpness = memo(
      problem.blocks.length,
      block => sharpnessOf(problem, cache, x, block).value,
    );
    const bound = memo(
      problem.blocks.length,
      block =>
        (problem.curvature?.proven ? knownLipschitz(problem, cache, x, block) : null) ??
        Number.POSITIVE_INFINITY,
    );
    return {
      problem,
      state: this.state,
      sweep: (method.sweep as MethodSweep).updates,
      k: 0,
      count: 0,
      objective: Number.NaN,
      work: 0,
      sharpness: b => sharpness(problem.blocks[b] as Block),
      bound: b => bound(problem.blocks[b] as Block),
      lowerBound: this.#boundAt,
    };
  }

  /** Keeps nothing of the iterate. */
  forget(): void {
    this.#judged = null;
    this.#F = null;
    this.#full = null;
    this.#gap = null;
  }

  gradient(): Float64Array {
    if (this.#gradient) return this.#gradient;
    const { entry, block } = this;
    // What is judged is float64, whatever computed the step.
    if (entry.exact && !this.state.device) this.#gradient = entry.gradient;
    else {
      const { cache, x } = this.point;
      const { index, start, size } = block;
      this.#gradient = this.#resting ? this.#gradients.subarray(start, start + size) : this.#exact;
      if (!this.#resting || this.#known[index] === 0)
        this.problem.gradient(cache, x, block, this.#gradient);
      this.#known[index] = 1;
    }
    return this.#gradient;
  }

  lipschitz(): number {
    if (Number.isNaN(this.#L)) this.#L = this.#lipschitzAt(this.point, this.block);
    return this.#L;
  }

  readonly lipschitzOf = (block: Block): number =>
    this.#lipschitzAt(this.#point(this.method.iterate), block);

  sharpness(): number {
    const { block } = this;
    const known = this.#sharpness[block.index]!;
    if (!Number.isNaN(known)) return known;
    const { cache, x } = this.point;
    const { value } = sharpnessOf(this.problem, cache, x, block);
    this.#sharpness[block.index] = value;
    return value;
  }

  stepSharpness(): number {
    const { cache, x } = this.point;
    return this.#normSharpness?.at(cache, x, this.block) ?? this.sharpness();
  }

  jointSharpness(limit: number): JointSharpness {
    const { entries } = this.proposal;
    this.#joint ??= this.#jointSharpnesses.at(this.state, this.point, entries, limit);
    return this.#joint;
  }

  stepCurvatureBound(): number {
    if (this.method.norm) return this.method.norm.bound;
    const none = Number.POSITIVE_INFINITY;
    if (!this.problem.curvature?.proven) return none;
    const { cache, x } = this.point;
    return knownLipschitz(this.problem, cache, x, this.block) ?? none;
  }

  objective(): number {
    this.#F ??= this.#objective.at(this.#trusted());
    return this.#F;
  }

  /** Reads F before the update, and before the sweep's start, where it begins one: F where the last update left it. */
  readBefore({ points }: State): void {
    this.#before = this.#objective.at(trusted(this.problem, points[this.method.iterate]!));
  }

  objectiveBefore(): number {
    return this.#before ?? Number.NaN;
  }

  readonly fullGradient = (): Float64Array => {
    if (this.#full) return this.#full;
    const point = this.#trusted();
    this.#full = new Float64Array(this.problem.size);
    this.#bulk.gradient(point.cache, point.x, this.#full);
    return this.#full;
  };

  gap(): number {
    if (this.#gap === null) {
      const point = this.#trusted();
      this.#gap = this.problem.certificate?.gap(point.cache, point.x) ?? Number.NaN;
    }
    return this.#gap;
  }

  /** The lower bound of F that the gap here gives. */
  dual(): number {
    return dualValue(this.problem, this.#trusted(), this.objective(), this.gap());
  }

  lowerBound(): number {
    return this.#boundAt(this.state.k);
  }

  readonly #boundAt = (k: number): number => {
    const bound = this.#bounds.at(k);
    return bound > Number.NEGATIVE_INFINITY ? bound : Number.NaN;
  };

  #trusted(): Point {
    this.#judged ??= trusted(this.problem, this.#point(this.method.iterate));
    return this.#judged;
  }

  #lipschitzAt({ cache, x }: Point, block: Block): number {
    return mappingCurvature(this.problem, cache, x, block, this.#probed);
  }

  #point(name: string): Point {
    const point = this.state.points[name];
    if (!point) throw new Error(`no point ${name}`);
    return point;
  }
}
