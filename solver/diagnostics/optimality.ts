// How far the iterate is from a minimum, at the end of each sweep: gap, suboptimality, stationarity, certificate.

import { always, type Diagnostic, lines, ofSweep } from '../core/diagnostic.ts';
import { norm, stationarityOf } from './mapping.ts';

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

/** F minus the best lower bound known so far. */
export const suboptimality: Diagnostic = {
  ...ofSweep,
  name: 'suboptimality',
  title: 'Suboptimality',
  summary:
    'F minus the best lower bound known: the problem’s own, or the best dual value so far, less what rounding may have added to it. Not a number where none is known.',
  formula:
    'max(0, F(x) − max(known minimum, best F − gap − rounding so far)), at the end of each sweep; NaN where neither is known',
  source: 'definition',
  suits: 'everything',
  unit: 'objective',
  scale: 'log',
  byDefault: false,
  fits: always,
  evaluate: reading => Math.max(0, reading.objective() - reading.lowerBound()),
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
