import type { Diagnostic } from '../../core/diagnostic.ts';
import { movesPoint, type Proposal, type StepStart } from '../../core/method.ts';
import type { Cache, Problem } from '../../core/problem.ts';
import { isStale, newPoint, type Point, type State, trusted } from '../../core/state.ts';
import { type CoordinateSweep, setLeaf, treeHalf } from '../../kernels/sweep.ts';

/** An update that was made, and whether it moved anything. */
interface Update {
  readonly start: StepStart | null;
  /** The state that it was proposed from, the start included. */
  readonly view: Pick<State, 'points'>;
  readonly proposal: Proposal;
  readonly moved: boolean;
}

const NONE: readonly number[] = [];

/**
 * F = f + r of the iterate, with r kept as a tree over the blocks so that a look after an update pays for its own block
 * only; and F itself until something moves.
 */
export class Objective {
  readonly #problem: Problem;
  readonly #penalties: SumTree;
  /** Indices of blocks that moved since the last look; beyond as many as there are blocks all count as moved. */
  readonly #moved: Int32Array;
  #movedCount = 0;
  #stale = true;
  /** The cache that `#value` was computed from: a sweep may begin with a fresh one. */
  #cache: Cache | null = null;
  /** The array of the iterate that the tree was read off; before an update it may be that of the sweep's start. */
  #x: Float64Array | null = null;
  #value = Number.NaN;
  readonly #iterate: string;

  /** `iterate`: the name of the point whose F it is. */
  constructor(problem: Problem, iterate: string) {
    this.#problem = problem;
    this.#iterate = iterate;
    this.#penalties = new SumTree(problem.blocks.length);
    this.#moved = new Int32Array(problem.blocks.length);
  }

  /** Call after an update was made. One that moves nothing leaves F as it is, bit for bit. */
  updated({ proposal: { entries }, start, view, moved }: Update): void {
    if (!moved || (start === null && !movesPoint(entries, this.#iterate))) return;
    this.#cache = null;
    if (this.#stale) return;
    this.#x = view.points[this.#iterate]!.x;
    const before = start?.moved ?? NONE;
    // A method may move more blocks than the ordering asked for.
    if (this.#movedCount + before.length + entries.length > this.#moved.length) {
      this.#stale = true;
      return;
    }
    for (let i = 0; i < before.length; i++) this.#moved[this.#movedCount++] = before[i]!;
    for (const { block } of entries) this.#moved[this.#movedCount++] = block.index;
  }

  /** Call after the iterate changed otherwise. */
  replaced(): void {
    this.#stale = true;
    this.#cache = null;
  }

  /** The sweep is about to make updates of the iterate and to keep the tree of penalties meanwhile. Returns F. */
  lend(iterate: Point, sweep: CoordinateSweep): number {
    const F = this.at(iterate);
    this.#penalties.lend(sweep);
    return F;
  }

  /** The sweep has made updates, the last of which left F. Returns F, which is another where the cache may not be trusted. */
  leapt(iterate: Point, F: number): number {
    this.#cache = iterate.cache;
    this.#value = F;
    if (!isStale(iterate)) return F;
    this.#cache = null;
    return this.at(iterate);
  }

  /** F(x), from a cache that can be trusted: the same bits however x was reached. */
  at(iterate: Point): number {
    const point = trusted(this.#problem, iterate);
    if (this.#cache === point.cache) return this.#value;
    if (this.#x !== point.x) this.#stale = true;
    this.#x = point.x;
    const { blocks } = this.#problem;
    const { penalty } = this.#problem;
    if (this.#stale) this.#penalties.fill(blocks.length, b => penalty.value(point.x, blocks[b]!));
    else {
      for (let i = 0; i < this.#movedCount; i++) {
        const b = this.#moved[i]!;
        this.#penalties.set(b, penalty.value(point.x, blocks[b]!));
      }
    }
    this.#stale = false;
    this.#movedCount = 0;
    this.#value = this.#problem.value(point.cache, point.x) + this.#penalties.sum;
    this.#cache = point.cache;
    return this.#value;
  }
}

/**
 * A sum over m leaves, kept as a binary tree: changing a leaf costs log₂ m additions, and the sum is a function of the
 * leaves alone, whatever the order in which they changed, so that a value read after a replay has the same bits.
 */
export class SumTree {
  readonly #half: number;
  readonly #own: Float64Array;
  /** Its own, or those of a sweep that keeps the tree. */
  #nodes: Float64Array;

  constructor(leaves: number) {
    this.#half = treeHalf(leaves);
    this.#own = new Float64Array(2 * this.#half);
    this.#nodes = this.#own;
  }

  /** From here on the sweep keeps the tree, until it keeps another one. */
  lend(sweep: CoordinateSweep): void {
    if (sweep.tenant === this) return;
    sweep.tenant?.leave();
    sweep.penalties.set(this.#nodes);
    this.#nodes = sweep.penalties;
    sweep.tenant = this;
  }

  leave(): void {
    this.#own.set(this.#nodes);
    this.#nodes = this.#own;
  }

  set(leaf: number, value: number): void {
    setLeaf(this.#nodes, leaf, value);
  }

  /** All leaves at once: as many additions as there are leaves, to the same bits. */
  fill(leaves: number, value: (leaf: number) => number): void {
    const nodes = this.#nodes;
    for (let leaf = 0; leaf < leaves; leaf++) nodes[this.#half + leaf] = value(leaf);
    for (let at = this.#half - 1; at > 0; at--)
      nodes[at] = (nodes[2 * at] as number) + (nodes[2 * at + 1] as number);
  }

  get sum(): number {
    return this.#nodes[1] as number;
  }
}

/** Bounds that a keyframe remembers: the last so many that became known. */
const REMEMBERED = 1024;

/** What a keyframe remembers: bounds with the steps they were known from, and the step before which others may have been. */
export interface KnownBounds {
  readonly from: number;
  readonly known: readonly { readonly k: number; readonly bound: number }[];
}

/**
 * The best number known to be ≤ F everywhere, and the step from which on it was known: the problem's own; where the run
 * measures what is judged by dual values, the one at x₀ and those at the ends of sweeps. −∞: none.
 */
export class Bounds {
  readonly #atStart: () => number;
  #known: { readonly k: number; readonly bound: number }[] = [];
  #from = 0;

  constructor(atStart: () => number) {
    this.#atStart = atStart;
  }

  /** −∞ where none was known at step k, or where a process before this one knew it. */
  at(k: number): number {
    // Asked at every update: mostly the last one holds.
    for (let i = this.#known.length - 1; i >= 0; i--) {
      const { k: since, bound } = this.#known[i]!;
      if (since <= k) return bound;
    }
    return k < this.#from ? Number.NEGATIVE_INFINITY : this.#atStart();
  }

  /** A bound became known at step k, the last one so far. */
  learn(k: number, bound: number): void {
    if (bound > this.at(k)) this.#known.push({ k, bound });
  }

  /** Forgets what became known after step k. */
  cut(k: number): void {
    while ((this.#known[this.#known.length - 1]?.k ?? 0) > k) this.#known.pop();
  }

  /** What is known now, for a keyframe. */
  get memory(): KnownBounds {
    const known = this.#known.slice(-REMEMBERED);
    const whole = known.length === this.#known.length;
    return { from: whole ? this.#from : known[0]!.k, known };
  }

  set memory({ from, known }: KnownBounds) {
    this.#from = from;
    this.#known = [...known];
  }
}

/** Does a run of these metrics learn the bounds that dual values give, at x₀ and at the ends of its sweeps? */
export function learnsBounds(
  { certificate }: Problem,
  diagnostics: readonly Pick<Diagnostic, 'needsBound'>[],
): boolean {
  return certificate !== null && diagnostics.some(({ needsBound }) => needsBound);
}

/** The best lower bound known at a start x₀, where these are measured; −∞ for none. */
export function boundAt(
  problem: Problem,
  x0: Float64Array,
  diagnostics: readonly Pick<Diagnostic, 'needsBound'>[],
): number {
  const own = problem.lowerBound ?? Number.NEGATIVE_INFINITY;
  if (!learnsBounds(problem, diagnostics)) return own;
  const point = newPoint(problem, x0);
  const gap = problem.certificate!.gap(point.cache, point.x);
  const dual = dualValue(problem, point, new Objective(problem, 'x').at(point), gap);
  return dual > own ? dual : own;
}

/** F − gap, less what rounding may have added to it: a lower bound of F; NaN where the problem has no gap. */
export function dualValue(
  { certificate }: Problem,
  { x, cache, drift }: Point,
  F: number,
  gap: number,
): number {
  return F - gap - (certificate?.rounding(cache, x, drift) ?? Number.NaN);
}
