// What an update gained and what it cost: decreases, support, passes.

import { rowsOf } from '../core/capability.ts';
import { always, type Diagnostic, lines, ofBlock, ofSweep } from '../core/diagnostic.ts';
import { passEquivalents } from '../core/state.ts';

/** −(⟨g, d⟩ + ‖d‖²/(2t) + r_b(x_b + d) − r_b(x_b)): the decrease that the step's own model predicts. */
export const predictedDecrease: Diagnostic = {
  ...ofBlock,
  name: 'predictedDecrease',
  title: 'Predicted decrease',
  summary: 'Decrease of F that the update’s quadratic model predicts.',
  formula: '−(⟨g, d⟩ + ‖d‖²/(2t) + r_b(x_b + d) − r_b(x_b))',
  source: 'Tseng, Yun 2009',
  suits: 'methods with a step size in the Euclidean norm',
  unit: 'objective',
  scale: 'log',
  byDefault: false,
  evaluate(reading) {
    const { entry, block, problem, state, method } = reading;
    const { stepSize: t, gradient } = entry;
    const move = entry.moves[0];
    const point = state.points[method.iterate];
    if (!move || !point || method.norm) return Number.NaN;
    let slope = 0;
    let square = 0;
    for (let i = 0; i < block.size; i++) {
      const d = move.delta[i] as number;
      slope += (gradient[i] as number) * d;
      square += d * d;
    }
    if (problem.penalty.isZero(block)) return -(slope + square / (2 * t));
    const after = point.x.slice();
    after.set(move.value.subarray(0, block.size), block.start);
    const change = problem.penalty.value(after, block) - problem.penalty.value(point.x, block);
    return -(slope + square / (2 * t) + change);
  },
};

/** F before the update minus F after it. */
export const actualDecrease: Diagnostic = {
  ...ofBlock,
  when: 'commit',
  needsBefore: true,
  name: 'actualDecrease',
  title: 'Actual decrease',
  summary: 'Decrease of F that the update made.',
  formula: 'F(x) − F(x⁺) of the iterate',
  source: 'definition',
  suits: 'everything',
  unit: 'objective',
  scale: 'log',
  byDefault: false,
  evaluate: reading => reading.objectiveBefore() - reading.objective(),
  batched({ sweep, count, objective }, out) {
    for (let u = 0, F = objective; u < count; u++) {
      out[u] = F - sweep.objective[u]!;
      F = sweep.objective[u]!;
    }
  },
};

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
  batched({ problem, count, work }, out) {
    const rows = rowsOf(problem);
    for (let u = 0; u < count; u++)
      out[u] = passEquivalents(problem, { work: work + (u + 1) * rows });
  },
};
