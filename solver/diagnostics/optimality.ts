import {
  always,
  type Batch,
  type Diagnostic,
  lines,
  ofSweep,
  type Reading,
} from '../core/diagnostic.ts';
import type { Block, Problem } from '../core/problem.ts';
import { mostDrift } from '../core/state.ts';
import { euclideanNorm } from '../kernels/prox.ts';
import { hasKnownBound } from './objective.ts';

// How far the iterate is from a minimum: suboptimality after each update; gap, stationarity, certificate when a sweep ends.

/** P − D, a true duality gap: F(x) − F* ≤ gap. */
export const gap: Diagnostic = {
  ...ofSweep,
  name: 'gap',
  title: 'Duality gap',
  summary: 'P − D in the objective’s units; bounds F(x) − F* from above.',
  formula: 'primal minus dual value, a sum of non-negative terms, at the end of each sweep',
  source: 'Fercoq, Gramfort, Salmon 2015',
  suits: 'lasso, elasticNet, groupLasso, logistic',
  unit: 'objective',
  scale: 'log',
  byDefault: true,
  draw: { ...lines, within: 'objective' },
  beside: 'suboptimality',
  fits: problem =>
    problem.certificate
      ? null
      : {
          wrong: `is not available: ${problem.name} has no duality gap`,
          accepted:
            'the problem lasso, elasticNet, groupLasso or logistic, or the metric stationarity instead',
        },
  evaluate: reading => reading.gap(),
};

const unbounded: Diagnostic['fits'] = problem =>
  hasKnownBound(problem)
    ? null
    : {
        wrong: `is not available: no lower bound of F is known for ${problem.name}`,
        accepted: 'a problem with a duality gap or a known minimum',
      };

/**
 * max(0, F(x_k) − the best lower bound known at step k): the one definition. Rows, series, expressions and the panel's curve
 * of F have this number. A bound learnt later changes none of those before it.
 */
export const suboptimality: Diagnostic = {
  name: 'suboptimality',
  title: 'Suboptimality',
  summary:
    'F minus the best lower bound known at that step: the problem’s own, or the best dual value at the start and the sweep ends so far, less what rounding may have added to it.',
  formula:
    'max(0, F(x_k) − max(known minimum, best F − gap − rounding at x₀ and the sweep ends ≤ k)), after the commit',
  source: 'definition',
  suits: 'everything with a duality gap or a known minimum',
  options: {},
  unit: 'objective',
  scale: 'log',
  cost: 'block',
  of: 'run',
  when: 'commit',
  byDefault: false,
  draw: lines,
  needsBound: true,
  fits: unbounded,
  evaluate: reading => Math.max(0, reading.objective() - reading.lowerBound()),
  batched({ sweep, k, count, lowerBound }, out) {
    const F = sweep.objective;
    const above = (u: number, bound: number) => {
      const difference = F[u]! - bound;
      return difference <= 0 ? 0 : difference;
    };
    // One bound holds for all but the last, at which another may have become known.
    const bound = lowerBound(k);
    for (let u = 0; u < count; u++) out[u] = above(u, bound);
    out[count - 1] = above(count - 1, lowerBound(k + count));
  },
};

/** The largest number known to be ≤ F everywhere, which suboptimality is measured from. */
export const lowerBound: Diagnostic = {
  ...ofSweep,
  name: 'lowerBound',
  title: 'Lower bound',
  summary: 'The best lower bound of F known, which suboptimality is measured from.',
  formula:
    'max(known minimum, best F − gap − rounding at x₀ and the sweep ends so far), at the end of each sweep',
  source: 'definition',
  suits: 'everything with a duality gap or a known minimum',
  unit: 'objective',
  scale: 'linear',
  byDefault: false,
  draw: { ...lines, kind: 'none', reducer: 'last' },
  needsBound: true,
  fits: unbounded,
  evaluate: reading => reading.lowerBound(),
};

/** The root of Σ_b gradNorm_b² at the iterate, the same for every method. */
export const stationarity: Diagnostic = {
  ...ofSweep,
  name: 'stationarity',
  title: 'Stationarity',
  summary: 'Root of the sum of squared gradient norms of all blocks at the iterate.',
  formula: '√Σ_b (L_b ‖x_b − prox_{r_b/L_b}(x_b − ∇_b f(x)/L_b)‖₂)², at the end of each sweep',
  source: 'Beck 2017, §10.3',
  suits: 'everything',
  unit: 'objective per unit of x',
  scale: 'log',
  byDefault: false,
  fits: always,
  evaluate: stationarityOf,
};

/** ‖u_k‖₂, u_k = ∇f(x_k) + s with s_b ∈ ∂r_b(x_b) known from the block's last step: an element of ∂F(x_k). */
export const certificate: Diagnostic = {
  ...ofSweep,
  name: 'certificate',
  title: 'Certificate',
  summary: 'Norm of u_k, a subgradient of F at the iterate that the steps themselves yield.',
  formula:
    'u_b = ∇_b f(x_k) − g_b − Λ_b (x_k − x_{k−1})_b/t ∈ ∂_b F(x_k); ‖u‖₂, at the end of each sweep in which every block was visited',
  source: 'Cai, Song, Wright, Diakonikolas 2023',
  suits: 'methods whose steps yield subgradients',
  unit: 'objective per unit of x',
  scale: 'log',
  byDefault: false,
  fits: (_problem, method) =>
    method.certificate
      ? null
      : {
          wrong: `is not available: ${method.name} does not yield subgradients`,
          accepted: 'the metric stationarity instead',
        },
  evaluate({ state, method, fullGradient }) {
    const s = method.subgradient ? state.vectors[method.subgradient] : undefined;
    if (!s) return Number.NaN;
    const gradient = fullGradient();
    return norm(
      gradient.map((g, i) => g + (s[i] as number)),
      s.length,
    );
  },
};

/** L_b‖x_b − prox_{r_b/L_b}(x_b − ∇_b f(x)/L_b)‖₂ at the point that was read. */
export function mappingNorm(reading: Reading): number {
  const { problem, block, point } = reading;
  const gradient = reading.gradient();
  if (problem.penalty.isZero(block)) return norm(gradient, block.size);
  return proxGradientNorm(problem, point.x, gradient, reading.lipschitz(), block);
}

/** The same of many updates. */
export function mappingNorms({ sweep, count }: Batch, out: Float64Array): void {
  for (let u = 0; u < count; u++) out[u] = sweep.mapping[u]!;
}

/**
 * Root of the sum of squares of bounds on the rounding errors of all blocks’ `mappingNorm` near the present state: from the
 * gradient read off a cache that may have drifted as far as a cache may, and from L_b x_b. 0 where none is known.
 */
export function mappingRounding({ problem, method, state, lipschitzOf }: Reading): number {
  const point = state.points[method.readPoint];
  if (!point || problem.rounding === null) return 0;
  const drift = mostDrift(point);
  let total = 0;
  for (const block of problem.blocks) {
    const { start, size } = block;
    let squares = 0;
    for (let c = start; c < start + size; c++) squares += point.x[c]! * point.x[c]!;
    const ofX = 2 * Number.EPSILON * lipschitzOf(block) * Math.sqrt(squares);
    total += (problem.rounding.gradient(block, drift) + ofX) ** 2;
  }
  return Math.sqrt(total);
}

/** √Σ_b (L_b‖x_b − prox_{r_b/L_b}(x_b − ∇_b f(x)/L_b)‖₂)² at the iterate, L_b from the curvature whatever the method's steps. */
export function stationarityOf(reading: Reading): number {
  const { problem, state, method, lipschitzOf } = reading;
  const point = state.points[method.iterate];
  if (!point) return Number.NaN;
  return stationarityAt(problem, point.x, reading.fullGradient(), lipschitzOf);
}

/** Root of the sum of squares of the blocks' gradient mappings at x, L by block. */
export function stationarityAt(
  problem: Problem,
  x: Float64Array,
  gradient: Float64Array,
  lipschitzOf: (block: Block) => number,
): number {
  const norms = Float64Array.from(problem.blocks, block => {
    const g = gradient.subarray(block.start, block.start + block.size);
    return proxGradientNorm(problem, x, g, lipschitzOf(block), block);
  });
  return norm(norms, norms.length);
}

let scratch = new Float64Array(0);

/** L‖x_b − prox_{r_b/L}(x_b − g/L)‖₂. */
export function proxGradientNorm(
  problem: Reading['problem'],
  x: Float64Array,
  g: Float64Array,
  L: number,
  block: Reading['block'],
): number {
  if (scratch.length < block.size) scratch = new Float64Array(block.size);
  for (let i = 0; i < block.size; i++)
    scratch[i] = (x[block.start + i] as number) - (g[i] as number) / L;
  problem.penalty.prox(scratch, 1 / L, block, scratch);
  for (let i = 0; i < block.size; i++)
    scratch[i] = (x[block.start + i] as number) - (scratch[i] as number);
  return L * norm(scratch, block.size);
}

/** ‖v‖₂ of the first d entries, also where their squares overflow or vanish. */
export function norm(v: Float64Array, d: number): number {
  if (d === 1) return Math.abs(v[0]!);
  let sum = 0;
  for (let i = 0; i < d; i++) sum += v[i]! * v[i]!;
  return sum > 1e-290 && sum < Number.POSITIVE_INFINITY ? Math.sqrt(sum) : euclideanNorm(v, 0, d);
}
