import type { Diagnostic } from '../core/diagnostic.ts';
import { always, lines, ofSweep } from './defaults.ts';

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
