import type { Diagnostic } from '../core/diagnostic.ts';
import { always, ofSweep } from './defaults.ts';
import { norm, stationarityOf } from './mapping.ts';

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
  suits: 'pccd, vrccd',
  unit: 'objective per unit of x',
  scale: 'log',
  byDefault: false,
  fits: (_problem, method) =>
    method.certificate
      ? null
      : {
          wrong: `is not available: ${method.name} does not yield subgradients`,
          accepted: 'the method pccd or vrccd, or the metric stationarity instead',
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
