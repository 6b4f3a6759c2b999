import type { Diagnostic } from '../core/diagnostic.ts';
import { passEquivalents } from '../core/state.ts';
import { always, lines, ofSweep } from './defaults.ts';

/** Number of penalised coordinates of the iterate that are not zero. */
export const support: Diagnostic = {
  ...ofSweep,
  name: 'support',
  title: 'Support size',
  summary: 'Penalised coordinates that are not zero.',
  formula: '#{i penalised: x_i ≠ 0}',
  source: 'definition',
  suits: 'everything',
  unit: 'coordinates',
  scale: 'linear',
  byDefault: false,
  fits: always,
  evaluate({ problem, state, method }) {
    const x = state.points[method.iterate]?.x;
    return x
      ? problem.blocks.reduce((sum, block) => sum + problem.penalty.support(x, block), 0)
      : Number.NaN;
  },
};

/** Gradient work so far over one pass: m block gradients on all rows are 1. */
export const passes: Diagnostic = {
  name: 'passes',
  title: 'Passes',
  summary: 'Pass-equivalents so far: m block gradients on full data count as 1.',
  formula: 'rows × coordinates of all gradients taken, over n × d',
  source: 'definition',
  suits: 'everything',
  options: {},
  unit: 'passes',
  scale: 'linear',
  cost: 'block',
  of: 'run',
  byDefault: false,
  draw: { ...lines, kind: 'none' },
  when: 'commit',
  fits: always,
  evaluate: ({ state, problem }) => passEquivalents(problem, state),
};
