import type { Matrix } from '../kernels/columns.ts';
import type { Kernels } from '../kernels/index.ts';
import type { CoordinateSweep } from '../kernels/sweep.ts';
import type { Block, Cache } from './block.ts';
import type { DeviceWork } from './bulk.ts';
import type { Options, PartMeta, Refusal } from './part.ts';

export type { Block, Cache } from './block.ts';

/** A computed value with a bound on its absolute error (0: exact up to rounding). */
export interface Estimate {
  readonly value: number;
  readonly error: number;
}

/** Separable closed convex r(x) = Σ_b r_b(x_b). Reads and writes the block's entries only. */
export interface Penalty {
  /** r_b(x_b). `x` is the whole vector. */
  value(x: Float64Array, block: Block): number;
  /** out[0…d) = prox_{t r_b}(u[0…d)) = argmin_v r_b(v) + ‖v − u‖²/(2t). `u` and `out` are block-local and may be the same array. */
  prox(u: Float64Array, t: number, block: Block, out: Float64Array): void;
  /** Distance of s[0…d) (block-local) to the subdifferential ∂r_b at x_b; 0 inside. Used by stationarity tests. */
  distance(x: Float64Array, s: Float64Array, block: Block): number;
  /** How deep s[0…d) lies within ∂r_b(0): the radius of the largest ball around it that does; ≤ 0 outside. Left out: not known. */
  depth?(s: Float64Array, block: Block): number;
  /** Is r_b identically zero? */
  isZero(block: Block): boolean;
  /** Number of non-zero entries of the block among the penalised ones. */
  support(x: Float64Array, block: Block): number;
  /**
   * out = argmin_v ⟨g, v⟩ + ‖v − u‖²_Λ/(2t) + r_b(v), Λ (d × d, row-major) positive semidefinite: the proximal step in a
   * matrix metric, to rounding. (r_b = 0: a solve, least-norm where Λ is singular. Coordinate-wise penalties: inner
   * coordinate descent. A group's norm: its secular equation.) No argument is changed; `u`, `g`, `out` are block-local.
   */
  metricStep(
    u: Float64Array,
    g: Float64Array,
    matrix: Float64Array,
    t: number,
    block: Block,
    out: Float64Array,
  ): void;
  /** Euclidean modulus of strong convexity of r_b (elastic net: l2; l1, groups and no penalty: 0). */
  convexity(block: Block): number;
}

/** f = (1/n) Σ f_i (+ a part without samples). */
export interface FiniteSum {
  /** n. */
  readonly rows: number;
  /** out = the mean of ∇_b f_i(x) over the given rows (+ ∇_b of the part without samples), so that all rows give ∇_b f(x). */
  sampleGradient(
    cache: Cache,
    x: Float64Array,
    block: Block,
    rows: Int32Array,
    out: Float64Array,
  ): void;
}

/** Second-order information on f. */
export interface Curvature {
  /** L_b: an upper bound of the block's curvature λ_max(∇²_bb f), everywhere (at x, for modules that depend on it); 0 where f does not curve along the block; null where unknown. */
  lipschitz(cache: Cache, x: Float64Array, block: Block): number | null;
  /** Is L_b proven, or what a user says? */
  readonly proven: boolean;
  /** An upper bound of λ_max of Λ^{-1/2} ∇²f Λ^{-1/2} over all x, Λ = diag(L_b): A-CODER's L in the norm of its prox; null where unknown. */
  readonly globalLipschitz: (() => number) | null;
  /** out = ∇²_bb f(x) v. */
  hessianVector(
    cache: Cache,
    x: Float64Array,
    block: Block,
    v: Float64Array,
    out: Float64Array,
  ): void;
  /** out = ∇²f(x) v over all coordinates; null where unknown. */
  readonly fullHessianVector:
    | ((cache: Cache, x: Float64Array, v: Float64Array, out: Float64Array) => void)
    | null;
  /** out ≈ ∇²f(x) v over all coordinates, returning a bound on ‖error‖₂: some nine gradients of every block, for problems without an exact product; null where there is one. */
  readonly fullEstimate: ((x: Float64Array, v: Float64Array, out: Float64Array) => number) | null;
  /** out = H v over all coordinates for one constant H ⪰ ∇²f(x) at every x (XᵀX/(4n) for logistic); null where unknown. */
  readonly fullBoundVector: ((v: Float64Array, out: Float64Array) => void) | null;
  /** Is ∇²f known to be positive semidefinite everywhere? */
  readonly convex: boolean;
  /** Is ∇²f the same everywhere? What is computed from it is then computed once. */
  readonly constantHessian: boolean;
  /** λ_max(∇²_bb f(x)): exact (dense eigenvalue) for built-in problems, else from Hessian-vector products with its error. */
  sharpness(cache: Cache, x: Float64Array, block: Block): Estimate;
  /** Λ_b ⪰ ∇²_bb f everywhere, dense d × d row-major (the block's Hessian for quadratics, X_bᵀX_b/(4n) for logistic); null where unknown. */
  readonly metricMatrix: ((block: Block) => Float64Array) | null;
}

/** The exact minimiser of a block. */
export interface ExactBlock {
  /** out = argmin over x_b of F, the other blocks fixed. `gradient`: ∇_b f(x), where it is known. */
  minimize(
    cache: Cache,
    x: Float64Array,
    block: Block,
    out: Float64Array,
    gradient?: Float64Array,
  ): void;
}

/** m(z) = f(c) + ⟨∇f(c), z − c⟩ + ½⟨z − c, H (z − c)⟩ about c, H = ∇²f(c), its ℓ″ raised from 0. Its caches are none of f: H, and ∇m at z. */
export interface NewtonModel {
  /** The model about the point that the cache of f belongs to, at z = c. */
  newCache(cache: Cache): Cache;
  /** cache ← the model's cache at z + U_b delta. The only writer. */
  shift(cache: Cache, block: Block, delta: Float64Array): void;
  /** out = ∇_b m(z). */
  gradient(cache: Cache, z: Float64Array, block: Block, out: Float64Array): void;
  /** An upper bound of λ_max(H_bb), H_bb itself for a single coordinate. */
  curvature(cache: Cache, block: Block): number;
}

/** Certifies how far F(x) is from its minimum. */
export interface Certificate {
  /** A true duality gap P − D ≥ F(x) − F*, as a sum of terms that are each ≥ 0. */
  gap(cache: Cache, x: Float64Array): number;
  /** The gap of the problem restricted to these blocks, the others held where they are. */
  gapAmong(cache: Cache, x: Float64Array, blocks: readonly Block[]): number;
  /**
   * Bound on what rounding does to F − gap, as computed from a cache whose entries are off by at most `drift`: F − gap − this
   * is a lower bound of F.
   */
  rounding(cache: Cache, x: Float64Array, drift: number): number;
  /** F at β = 0 with the unpenalised intercept fitted: what a relative gap is relative to. */
  readonly nullObjective: number;
}

/** What a problem may have beyond value and gradient. Methods and diagnostics name what they need of it. */
export interface Capabilities {
  readonly finiteSum: FiniteSum | null;
  readonly curvature: Curvature | null;
  readonly exactBlock: ExactBlock | null;
  readonly certificate: Certificate | null;
  readonly newtonModel: NewtonModel | null;
}

/** How rounding errors of moves accumulate in a cache. */
export interface CacheRounding {
  /** Largest magnitude among the entries that moves add to. */
  scale(cache: Cache): number;
  /** The most that a move of length 1 of one coordinate of the block adds to any of them. */
  reach(block: Block): number;
  /**
   * Bound on the error of ∇_b f, ‖·‖₂, when the cache entries are off by at most `drift`, including the rounding of its
   * own sums.
   */
  gradient(block: Block, drift: number): number;
}

/**
 * min F(x) = f(x) + r(x). It holds the data, never a state. Everything but `shift` only reads. `out`, `u`, `v`, `delta`
 * are block-local (index 0 is the block's first coordinate) and may be longer than the block.
 */
export interface Problem extends Capabilities {
  readonly name: string;
  readonly blocks: readonly Block[];
  /** Length of x. */
  readonly size: number;
  /** Work of one gradient of each block, in multiply-adds; 1 pass-equivalent = all of them. */
  readonly work: number;
  /**
   * Sentences shown once at the start (example data used, sparse columns scaled without centring, curvature estimated,
   * …).
   */
  readonly notes: readonly string[];
  /** Resolved values of options worth showing under Parameters: lambda, lambdaMax, n, p, … */
  readonly parameters: Readonly<Record<string, number | string | boolean>>;
  /** Default start (zeros; ones for sunYe; a module's own). */
  readonly start: Float64Array;
  readonly penalty: Penalty;
  /** A number known to be ≤ F everywhere and attained or nearly so (sunYe: 0; a definite quadratic: its minimum); null where none is known. */
  readonly lowerBound: number | null;
  /** null where the problem keeps no cache, or one without accumulating errors. */
  readonly rounding: CacheRounding | null;
  /** Proximal steps 1/L_b of many blocks in one call, where every block is one coordinate and the kernels can; else null. */
  readonly coordinateSweep?: (() => CoordinateSweep) | null;

  /** The same work over all blocks on a device; absent: there is none for such a problem. */
  readonly device?: DeviceWork;

  /** The cache at x, from scratch. */
  newCache(x: Float64Array): Cache;
  /** cache ← the cache at x + U_b delta; x is the point before the move. The only writer. Adds columns in ascending order. */
  shift(cache: Cache, x: Float64Array, block: Block, delta: Float64Array): void;
  /** out ← what `shift` would leave in the cache, bit for bit; the cache is untouched unless it is `out`, and long work polls. */
  shifted(cache: Cache, x: Float64Array, block: Block, delta: Float64Array, out: Cache): void;
  /** f(x). */
  value(cache: Cache, x: Float64Array): number;
  /** f(x + U_b delta), without changing anything. */
  valueAfter(cache: Cache, x: Float64Array, block: Block, delta: Float64Array): number;
  /** The same of several blocks, to the bits, into their places of a vector as long as x; polls. Absent: one by one. */
  gradients?(cache: Cache, x: Float64Array, among: readonly Block[], out: Float64Array): void;
  /** out = ∇_b f(x). */
  gradient(cache: Cache, x: Float64Array, block: Block, out: Float64Array): void;
}

/** How columns are grouped into blocks. */
export type BlocksSpec =
  | 'natural'
  | 'coordinates'
  | { readonly size: number }
  | { readonly groups: Readonly<Record<string, readonly string[]>> };

/** Distinct column names: an array, or an object that makes them on demand. */
export interface ColumnNames extends Iterable<string> {
  readonly length: number;
  at(position: number): string | undefined;
  /** Position of a name; −1 where it is unknown. */
  indexOf(name: string): number;
}

/** A table of samples: X (n, p), y (n). */
export interface Dataset {
  /** File name or the bundled name, for sentences. */
  readonly source: string;
  readonly columns: ColumnNames;
  readonly X: Matrix;
  readonly y: Float64Array;
  readonly target: string;
}

/** What a problem is built from. */
export interface ProblemInputs {
  readonly data: Dataset | null;
  readonly options: Options;
  readonly blocks: BlocksSpec;
  /** Matrices named by options of type `path`. */
  readonly files: Readonly<Record<string, Matrix>>;
  readonly seed: number;
  /** What it computes with. */
  readonly kernels: Kernels;
  /** Called between chunks of long work; throws to abandon it. */
  readonly poll: Poll;
}

/** Called by long loops about every 10 ms of work; throws `Interrupted` when the user asked to pause. */
export type Poll = () => void;

/** A built-in problem. */
export interface ProblemPart extends PartMeta {
  /** The bundled data set it runs on when none is given; null for a problem without data. */
  readonly exampleData: 'diabetes' | 'breastCancer' | null;
  build(inputs: ProblemInputs): Problem | Refusal;
}

const largest = new WeakMap<readonly Block[], number>();

/** The most coordinates of a block; 0 without blocks. Counted once. */
export function largestBlock(blocks: readonly Block[]): number {
  let most = largest.get(blocks);
  if (most === undefined) {
    most = 0;
    for (const { size } of blocks) most = Math.max(most, size);
    largest.set(blocks, most);
  }
  return most;
}

/** Thrown by `poll` when the user asked to pause: the proposal in flight is dropped, nothing was written. */
export class Interrupted extends Error {
  constructor() {
    super('interrupted');
    this.name = 'Interrupted';
  }
}

/** Multiply-adds between two polls: about 5 ms of plain loops. */
export const pollWork = 4_194_304;

/** The poll of work that must not be abandoned half-way. */
export const noPoll = (): void => {};

/** compute(block), cached after the first call. The value depends on the block alone, so calls stay pure. */
export function memo<T>(blocks: number, compute: (block: Block) => T): (block: Block) => T {
  const kept = new Array<T | undefined>(blocks);
  return block => {
    const known = kept[block.index];
    if (known !== undefined) return known;
    const value = compute(block);
    kept[block.index] = value;
    return value;
  };
}

/** create(), on the first call; the same object from then on. */
export function lazy<T>(create: () => T): () => T {
  let made: T | undefined;
  return () => {
    if (made === undefined) made = create();
    return made;
  };
}
