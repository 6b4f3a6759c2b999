// A-CODER again, straight from its equations (Lin, Song, Diakonikolas 2023) and in plain loops; every gradient is computed
// afresh from its point. Slow, and shares nothing with solver/methods.
import type { Block, Problem } from '../../../solver/core/problem.ts';
import { gradientOf } from '../../unit/problems/cases.ts';

export interface AcoderPeer {
  readonly y: Float64Array;
  /** A_k. */
  A: number;
  /** One sweep through the blocks in this order. */
  sweep(order: readonly Block[]): void;
}

/**
 * a_k the larger root of a² = r(A_{k−1} + a), r = 0.4(1 + γA_{k−1})/L; x_k = (A_{k−1}y_{k−1} + a_k v_{k−1})/A_k; for each block
 * p_k = ∇_b f(w), w = y_k where visited and x_k elsewhere; q_k = p_k + (a_{k−1}/a_k)(∇_b f(x_{k−1}) − p_{k−1});
 * z_k = z_{k−1} + a_k q_k; v_k = argmin A_k r_b(v) + ⟨z_k, v⟩ + ½‖v − x_0‖²_{L_b}; y_k = (A_{k−1}y_{k−1} + a_k v_k)/A_k.
 */
export function acoderPeer(
  problem: Problem,
  x0: Float64Array,
  L: number,
  gamma: number,
  lipschitz: (block: Block) => number,
): AcoderPeer {
  const y = x0.slice();
  const v = x0.slice();
  const z = new Float64Array(x0.length);
  const p = new Float64Array(x0.length);
  let oldX = x0.slice();
  let olda = 0;
  const peer: AcoderPeer = {
    y,
    A: 0,
    sweep(order) {
      const A0 = peer.A;
      const r = (0.4 * (1 + gamma * A0)) / L;
      const a = r / 2 + Math.sqrt((r / 2) ** 2 + r * A0);
      const A = A0 + a;
      const x = y.map((value, i) => (A0 * value + a * v[i]!) / A);
      const w = x.slice();
      for (const block of order) {
        const now = gradientOf(problem, w, block);
        const before = gradientOf(problem, oldX, block);
        const L_b = lipschitz(block);
        const u = new Float64Array(block.size);
        for (let k = 0; k < block.size; k++) {
          const i = block.start + k;
          const q = now[k]! + (olda / a) * (before[k]! - p[i]!);
          p[i] = now[k]!;
          z[i] = z[i]! + a * q;
          u[k] = x0[i]! - z[i]! / L_b;
        }
        problem.penalty.prox(u, A / L_b, block, u);
        for (let k = 0; k < block.size; k++) {
          const i = block.start + k;
          v[i] = u[k]!;
          y[i] = (A0 * y[i]! + a * u[k]!) / A;
          w[i] = y[i]!;
        }
      }
      oldX = x;
      olda = a;
      peer.A = A;
    },
  };
  return peer;
}

/**
 * Accelerated dual averaging, all of x at once: z_k = z_{k−1} + a_k ∇f(x_k), x_k = (A_{k−1}y_{k−1} + a_k v_{k−1})/A_k,
 * v_k = prox_{(A_k/M) r}(x_0 − z_k/M), y_k = (A_{k−1}y_{k−1} + a_k v_k)/A_k; M the curvature, a_k as above with L = 1.
 */
export function dualAveragingPeer(
  problem: Problem,
  x0: Float64Array,
  M: number,
  gamma: number,
  steps: number,
): Float64Array {
  const [all] = problem.blocks as [Block];
  let y = x0.slice();
  let v = x0.slice();
  const z = new Float64Array(x0.length);
  let A = 0;
  for (let step = 0; step < steps; step++) {
    const r = 0.4 * (1 + gamma * A);
    const a = (r + Math.sqrt(r * r + 4 * r * A)) / 2;
    const x = y.map((value, i) => (A * value + a * v[i]!) / (A + a));
    const g = gradientOf(problem, x, all);
    const next = new Float64Array(x0.length);
    for (let i = 0; i < z.length; i++) {
      z[i] = z[i]! + a * g[i]!;
      next[i] = x0[i]! - z[i]! / M;
    }
    problem.penalty.prox(next, (A + a) / M, all, next);
    y = y.map((value, i) => (A * value + a * next[i]!) / (A + a));
    v = next;
    A += a;
  }
  return y;
}
