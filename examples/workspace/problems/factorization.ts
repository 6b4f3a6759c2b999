import { defineProblem, nonNegative } from 'blockstep';

// Nonnegative matrix factorization, V ≈ W H with W (m, r) and H (r, n), both ≥ 0:
//   f(W, H) = ½‖W H − V‖².
// Nonconvex in (W, H) together, convex in each block. V is made from the run's seed and is exactly of rank 2.

const [m, n, r] = [6, 5, 2];
const hiddenW = Array.from({ length: m * r }, () => Math.random());
const hiddenH = Array.from({ length: r * n }, () => Math.random());
const V = times(hiddenW, hiddenH);

/** W H, row by row, as one array. */
function times(W: ArrayLike<number>, H: ArrayLike<number>): number[] {
  return Array.from({ length: m * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let sum = 0;
    for (let k = 0; k < r; k++) sum += (W[i * r + k] ?? 0) * (H[k * n + j] ?? 0);
    return sum;
  });
}

/** W H − V. */
function residual(W: ArrayLike<number>, H: ArrayLike<number>): number[] {
  return times(W, H).map((v, at) => v - (V[at] ?? 0));
}

export default defineProblem({
  name: 'nonnegative factorization',
  blocks: {
    W: m * r,
    H: r * n,
  },
  // At zero both gradients vanish: a saddle. Another random matrix is a start that leads somewhere.
  start: {
    W: Array.from({ length: m * r }, () => Math.random()),
    H: Array.from({ length: r * n }, () => Math.random()),
  },

  value: x => residual(x.W, x.H).reduce((sum, v) => sum + v * v, 0) / 2,

  gradient: (x, block) => {
    const R = residual(x.W, x.H);
    const out = new Float64Array(block === 'W' ? m * r : r * n);
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        const v = R[i * n + j] ?? 0;
        for (let k = 0; k < r; k++) {
          // ∇_W f = R Hᵀ, ∇_H f = Wᵀ R.
          const at = block === 'W' ? i * r + k : k * n + j;
          out[at] = (out[at] ?? 0) + v * ((block === 'W' ? x.H[k * n + j] : x.W[i * r + k]) ?? 0);
        }
      }
    }
    return out;
  },

  // ∇²f in W is I ⊗ H Hᵀ, whose largest eigenvalue is at most the trace ‖H‖²; in H likewise.
  lipschitz: (x, block) => (block === 'W' ? x.H : x.W).reduce((sum, v) => sum + v * v, 1e-12),

  penalty: { W: nonNegative, H: nonNegative },
});
