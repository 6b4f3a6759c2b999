import { knownLipschitz } from '../../core/capability.ts';
import type { JointSharpness } from '../../core/diagnostic.ts';
import type { Entry, StepNorm } from '../../core/method.ts';
import type { Block, Cache, Curvature, Problem } from '../../core/problem.ts';
import type { Point, State } from '../../core/state.ts';
import { type Eigen, symmetricEigen } from '../../kernels/eigen.ts';
import { lanczos } from '../../kernels/lanczos.ts';

/** Products with ∇²f at the point, and with the constant matrix that bounds it. */
const HERE = { steps: 16, tolerance: 1e-4 };
/** With differences of gradients, each of which takes nine of them of every block. */
const ESTIMATED = { steps: 8, tolerance: 1e-3 };
const BOUND = { steps: 60, tolerance: 1e-6 };

/** out = A v; returns a bound on ‖error‖₂ beyond rounding. */
type Product = (v: Float64Array, out: Float64Array) => number;

const exact =
  (product: (v: Float64Array, out: Float64Array) => void): Product =>
  (v, out) => {
    product(v, out);
    return 0;
  };

/** A set with its steps, and what was found for them. */
interface Known {
  readonly blocks: readonly number[];
  readonly steps: readonly number[];
  readonly found: JointSharpness;
}

const unknown: JointSharpness = { value: Number.NaN, error: Number.NaN, blocks: 0 };

/**
 * λ_max(D^{1/2} ∇²_SS f(x) D^{1/2}) of a set S of blocks that move at once, D their steps (τΛ_b⁻¹ in a norm of matrices Λ_b).
 * It is above no more than Σ_b t_b L_b where f is convex. Where that, or the eigenvalue of a constant matrix ⪰ ∇²f for
 * steps that were no shorter, shows that it is within the limit, that bound is the value. Else Lanczos finds it from
 * below, of the blocks that do move, with its residual as error: at most 16 products, in the sweeps of `isDue`. Where products
 * come from differences, what they may be off by is taken off the value and added to the error twice.
 */
export class JointSharpnesses {
  readonly #problem: Problem;
  readonly #norm: NormSharpness | null;
  /** By the first block of a set: of all its blocks with the constant bound, and of those that moved where ∇²f is constant. */
  readonly #bounds = new Map<number, Known>();
  readonly #constant = new Map<number, Known>();

  /** `norm`: the one that steps are meant in; null: the Euclidean one. */
  constructor(problem: Problem, norm: NormSharpness | null) {
    this.#problem = problem;
    this.#norm = norm;
  }

  /** NaN where the problem has no product with ∇²f, and where nothing is due and no bound is within the limit. */
  at(state: State, point: Point, all: readonly Entry[], limit: number): JointSharpness {
    const { curvature } = this.#problem;
    if (!curvature || all.length < 2) return unknown;
    // What is only estimated is off by a known length in the Euclidean norm alone.
    if (!curvature.fullHessianVector && (this.#norm || !curvature.fullEstimate)) return unknown;
    const entries = all.filter(({ moves, stepSize }) => moves.length > 0 && stepSize > 0);
    if (entries.length < 2) return unknown;
    const sum = curvature.convex ? this.#sum(point, entries) : Number.POSITIVE_INFINITY;
    if (sum <= limit) return { value: sum, error: 0, blocks: entries.length };
    const due = isDue(state, entries);
    const bound = this.#bound(curvature, point, entries, due);
    if (bound <= limit) return { value: bound, error: 0, blocks: entries.length };
    return due ? this.#here(curvature, point, entries.filter(movesAtAll)) : unknown;
  }

  #sum({ cache, x }: Point, entries: readonly Entry[]): number {
    let sum = 0;
    for (const { block, stepSize } of entries) {
      const L = this.#norm?.bound ?? knownLipschitz(this.#problem, cache, x, block);
      sum += stepSize * (L ?? Number.POSITIVE_INFINITY);
    }
    return sum;
  }

  /** From above, by what a constant matrix gave for steps t′: λ_max grows at most as the largest t/t′ does. */
  #bound(curvature: Curvature, point: Point, entries: readonly Entry[], due: boolean): number {
    const { fullBoundVector } = curvature;
    const bounding = fullBoundVector && exact(fullBoundVector);
    const product = curvature.constantHessian ? productAt(curvature, point) : bounding;
    if (product === null) return Number.POSITIVE_INFINITY;
    const first = entries[0]!.block.index;
    const known = this.#bounds.get(first);
    let growth = known ? growthOf(known, entries) : Number.POSITIVE_INFINITY;
    let found = known?.found;
    if (!found || (growth > 1 && due)) {
      found = this.#eigenvalue(product, entries, BOUND);
      this.#bounds.set(first, knownOf(entries, found));
      growth = 1;
    }
    return growth * Math.max(0, found.value + found.error);
  }

  #here(curvature: Curvature, point: Point, entries: readonly Entry[]): JointSharpness {
    if (entries.length < 2) return unknown;
    const first = entries[0]!.block.index;
    const known = this.#constant.get(first);
    if (known && isSame(known, entries)) return known.found;
    const effort = curvature.fullHessianVector ? HERE : ESTIMATED;
    const found = this.#eigenvalue(productAt(curvature, point), entries, effort);
    if (curvature.constantHessian) this.#constant.set(first, knownOf(entries, found));
    return found;
  }

  #eigenvalue(
    product: Product,
    entries: readonly Entry[],
    effort: { readonly steps: number; readonly tolerance: number },
  ): JointSharpness {
    const { size } = this.#problem;
    const whole = new Float64Array(size);
    const image = new Float64Array(size);
    const scaled = (from: Float64Array, to: Float64Array, { block, stepSize }: Entry) => {
      const root = Math.sqrt(stepSize);
      if (this.#norm) this.#norm.root(block, from, to);
      else to.set(from);
      for (let i = 0; i < block.size; i++) to[i] = root * to[i]!;
    };
    const offsets: number[] = [];
    let length = 0;
    for (const { block } of entries) {
      offsets.push(length);
      length += block.size;
    }
    const part = (v: Float64Array, from: number, count: number) => v.subarray(from, from + count);
    // ‖D^{1/2}‖ of steps times the identity.
    const longest = Math.sqrt(Math.max(...entries.map(({ stepSize }) => stepSize)));
    let squares = 0;
    const apply = (v: Float64Array, out: Float64Array): void => {
      for (const [e, entry] of entries.entries()) {
        const { start, size: d } = entry.block;
        scaled(part(v, offsets[e]!, d), part(whole, start, d), entry);
      }
      const off = product(whole, image);
      squares += (longest * off) ** 2;
      for (const [e, entry] of entries.entries()) {
        const { start, size: d } = entry.block;
        scaled(part(image, start, d), part(out, offsets[e]!, d), entry);
      }
    };
    const { greatest } = lanczos(apply, length, { ...effort, poll() {} });
    const off = Math.sqrt(squares);
    const { value, error } = greatest;
    return { value: value - off, error: error + 2 * off, blocks: entries.length };
  }
}

function productAt({ fullHessianVector, fullEstimate }: Curvature, { cache, x }: Point): Product {
  if (fullHessianVector) return exact((v, out) => fullHessianVector(cache, x, v, out));
  return (v, out) => fullEstimate!(x, v, out);
}

/**
 * Sweeps 1, 2, 4 and 8 and every 16th, so that one product a sweep is the most; and where the step of a block is a tenth
 * away from its last. A function of state and update alone: the same whichever way the run came there.
 */
function isDue({ sweep, steps }: State, entries: readonly Entry[]): boolean {
  if (16 % sweep === 0 || sweep % 16 === 0) return true;
  return entries.some(({ block, stepSize }) => {
    const ratio = stepSize / steps[block.index]!;
    return ratio > 1.1 || ratio < 0.9;
  });
}

const movesAtAll = ({ block, moves }: Entry): boolean =>
  moves.some(({ delta }) => delta.subarray(0, block.size).some(d => d !== 0));

const knownOf = (entries: readonly Entry[], found: JointSharpness): Known => ({
  blocks: entries.map(({ block }) => block.index),
  steps: entries.map(({ stepSize }) => stepSize),
  found,
});

/** The largest of the steps over the known ones; ∞ of another set. */
function growthOf({ blocks, steps }: Known, entries: readonly Entry[]): number {
  if (blocks.length !== entries.length) return Number.POSITIVE_INFINITY;
  let growth = 0;
  for (let e = 0; e < entries.length; e++) {
    const { block, stepSize } = entries[e]!;
    if (blocks[e] !== block.index) return Number.POSITIVE_INFINITY;
    growth = Math.max(growth, stepSize / steps[e]!);
  }
  return growth;
}

const isSame = ({ blocks, steps }: Known, entries: readonly Entry[]): boolean =>
  blocks.length === entries.length &&
  entries.every(({ block, stepSize }, e) => blocks[e] === block.index && steps[e] === stepSize);

/**
 * λ_max(Λ_b^{-1/2} ∇²_bb f Λ_b^{-1/2}) on the range of Λ_b: what a step in the norm of Λ_b is measured by. Λ_b and
 * its eigenvectors are computed once for a block, and the value too where the Hessian is constant.
 */
export class NormSharpness {
  readonly bound: number;
  readonly #problem: Problem;
  readonly #norm: StepNorm;
  readonly #eigen = new Map<number, Eigen>();
  readonly #constant = new Map<number, number>();

  constructor(problem: Problem, norm: StepNorm) {
    this.bound = norm.bound;
    this.#problem = problem;
    this.#norm = norm;
  }

  at(cache: Cache, x: Float64Array, block: Block): number {
    const { curvature } = this.#problem;
    if (!curvature) return Number.NaN;
    const known = this.#constant.get(block.index);
    if (known !== undefined) return known;
    const d = block.size;
    const u = new Float64Array(d);
    const w = new Float64Array(d);
    const apply = (v: Float64Array, out: Float64Array): void => {
      this.root(block, v, u);
      curvature.hessianVector(cache, x, block, u, w);
      this.root(block, w, out);
    };
    const { greatest } = lanczos(apply, d, { steps: d, tolerance: 1e-12, poll() {} });
    if (curvature.constantHessian) this.#constant.set(block.index, greatest.value);
    return greatest.value;
  }

  /** out = Λ_b^{-1/2} v, the pseudo-inverse where Λ_b is singular. */
  root(block: Block, v: Float64Array, out: Float64Array): void {
    const d = block.size;
    let eigen = this.#eigen.get(block.index);
    if (!eigen) {
      eigen = symmetricEigen(this.#norm.matrix(block).slice(), d);
      this.#eigen.set(block.index, eigen);
    }
    const { values, vectors } = eigen;
    const floor = d * Number.EPSILON * values[d - 1]!;
    out.fill(0, 0, d);
    for (let k = 0; k < d; k++) {
      if (!(values[k]! > floor)) continue;
      let dot = 0;
      for (let i = 0; i < d; i++) dot += vectors[k * d + i]! * v[i]!;
      dot /= Math.sqrt(values[k]!);
      for (let i = 0; i < d; i++) out[i] = out[i]! + dot * vectors[k * d + i]!;
    }
  }
}
