import { type Block, noPoll, type Penalty, type Poll } from '../../core/problem.ts';
import { groupQuadratic, lassoQuadratic } from '../../kernels/metricProx.ts';
import {
  blockSoftThreshold,
  elasticNetProx,
  euclideanNorm,
  softThreshold,
} from '../../kernels/prox.ts';
import { type Factors, rememberFactors } from '../../kernels/symmetricSolve.ts';

/** r = 0. Matrix steps of all penalties poll. */
export function zeroPenalty(poll: Poll = noPoll): Penalty {
  const factors = rememberFactors(poll);
  return {
    value: () => 0,
    prox: (u, _t, block, out) => copy(u, block.size, out),
    distance: (_x, s, block) => euclideanNorm(s, 0, block.size),
    isZero: () => true,
    support: () => 0,
    metricStep: (u, g, H, t, block, out) => freeStep(factors, u, g, H, t, block, out),
    convexity: () => 0,
  };
}

/** l1‖x_b‖₁ + l2/2 ‖x_b‖² for the blocks from coordinate `offset` on, 0 for the intercept before it. */
export function elasticNetPenalty(
  l1: number,
  l2: number,
  offset: number,
  poll: Poll = noPoll,
): Penalty {
  const factors = rememberFactors(poll);
  const free = (block: Block): boolean => block.start < offset || (l1 === 0 && l2 === 0);
  return {
    value(x, block) {
      if (free(block)) return 0;
      let absolute = 0;
      let squares = 0;
      for (let c = block.start; c < block.start + block.size; c++) {
        absolute += Math.abs(x[c]!);
        squares += x[c]! * x[c]!;
      }
      return l2 === 0 ? l1 * absolute : l1 * absolute + (l2 / 2) * squares;
    },
    prox(u, t, block, out) {
      if (free(block)) copy(u, block.size, out);
      else elasticNetProx(u, 0, t, l1, l2, out, 0, block.size);
    },
    distance(x, s, block) {
      if (free(block)) return euclideanNorm(s, 0, block.size);
      let squares = 0;
      for (let k = 0; k < block.size; k++) {
        const b = x[block.start + k]!;
        const d = b === 0 ? Math.max(Math.abs(s[k]!) - l1, 0) : s[k]! - (b > 0 ? l1 : -l1) - l2 * b;
        squares += d * d;
      }
      return Math.sqrt(squares);
    },
    depth(s, block) {
      if (free(block)) return 0;
      let largest = 0;
      for (let k = 0; k < block.size; k++) largest = Math.max(largest, Math.abs(s[k]!));
      return l1 - largest;
    },
    isZero: free,
    support: (x, block) => (free(block) ? 0 : nonZeros(x, block)),
    metricStep(u, g, H, t, block, out) {
      const d = block.size;
      if (free(block)) freeStep(factors, u, g, H, t, block, out);
      else if (d === 1) {
        const q = H[0]! * u[0]! - t * g[0]!;
        out[0] = quotient(softThreshold(q, t * l1), H[0]! + t * l2);
      } else {
        const q = linearTerm(H, u, g, t, d);
        const shifted = l2 === 0 ? H : plusDiagonal(H, d, t * l2);
        lassoQuadratic(shifted, q, t * l1, u.slice(0, d), out, poll);
      }
    },
    convexity: block => (free(block) ? 0 : l2),
  };
}

/** strengths[b] ‖x_b‖₂: the group lasso, one strength λ w_b a block, 0 for the intercept. */
export function groupPenalty(strengths: Float64Array, poll: Poll = noPoll): Penalty {
  const factors = rememberFactors(poll);
  return {
    value: (x, block) => strengths[block.index]! * euclideanNorm(x, block.start, block.size),
    prox(u, t, block, out) {
      blockSoftThreshold(u, 0, t * strengths[block.index]!, out, 0, block.size);
    },
    distance(x, s, block) {
      const strength = strengths[block.index]!;
      const norm = euclideanNorm(x, block.start, block.size);
      if (norm === 0) return Math.max(euclideanNorm(s, 0, block.size) - strength, 0);
      let squares = 0;
      for (let k = 0; k < block.size; k++) {
        const d = s[k]! - strength * (x[block.start + k]! / norm);
        squares += d * d;
      }
      return Math.sqrt(squares);
    },
    depth: (s, block) => strengths[block.index]! - euclideanNorm(s, 0, block.size),
    isZero: block => strengths[block.index] === 0,
    support: (x, block) => (strengths[block.index] === 0 ? 0 : nonZeros(x, block)),
    metricStep(u, g, H, t, block, out) {
      const d = block.size;
      const s = t * strengths[block.index]!;
      if (s === 0) freeStep(factors, u, g, H, t, block, out);
      else if (d === 1) out[0] = quotient(softThreshold(H[0]! * u[0]! - t * g[0]!, s), H[0]!);
      else {
        const q = linearTerm(H, u, g, t, d);
        groupQuadratic(factors.eigen(block.index, H, d), q, s, d, out);
      }
    },
    convexity: () => 0,
  };
}

/** out = u − t H⁺ g. */
function freeStep(
  factors: Factors,
  u: Float64Array,
  g: Float64Array,
  H: Float64Array,
  t: number,
  block: Block,
  out: Float64Array,
): void {
  const d = block.size;
  if (d === 1) {
    out[0] = u[0]! - t * quotient(g[0]!, H[0]!);
    return;
  }
  const step = new Float64Array(d);
  factors.solve(block.index, H, d, g, step);
  for (let k = 0; k < d; k++) out[k] = u[k]! - t * step[k]!;
}

/** q = H u − t g, the linear term of ½vᵀHv − qᵀv + t r(v). */
function linearTerm(
  H: Float64Array,
  u: Float64Array,
  g: Float64Array,
  t: number,
  d: number,
): Float64Array {
  const q = new Float64Array(d);
  for (let k = 0; k < d; k++) {
    let s = 0;
    for (let l = 0; l < d; l++) s += H[k * d + l]! * u[l]!;
    q[k] = s - t * g[k]!;
  }
  return q;
}

function plusDiagonal(H: Float64Array, d: number, shift: number): Float64Array {
  const shifted = H.slice(0, d * d);
  for (let k = 0; k < d; k++) shifted[k * (d + 1)] = shifted[k * (d + 1)]! + shift;
  return shifted;
}

/** p/h, 0 for p = 0: a coordinate with neither curvature nor slope has 0 among its minimisers. */
function quotient(p: number, h: number): number {
  return p === 0 ? 0 : p / h;
}

function copy(u: Float64Array, d: number, out: Float64Array): void {
  if (u !== out) for (let k = 0; k < d; k++) out[k] = u[k]!;
}

function nonZeros(x: Float64Array, block: Block): number {
  let count = 0;
  for (let c = block.start; c < block.start + block.size; c++) if (x[c] !== 0) count++;
  return count;
}
