import type { Diagnostic } from '../core/diagnostic.ts';
import { lines, ofBlock } from './defaults.ts';
import { mappingNorm, norm, stepProduct } from './mapping.ts';
import { stall } from './stall.ts';
import { stepTooLong } from './stepTooLong.ts';

/** L_b‖x_b − prox_{r_b/L_b}(x_b − ∇_b f(x)/L_b)‖₂ at the point that was read. */
export const gradNorm: Diagnostic = {
  ...ofBlock,
  name: 'gradNorm',
  title: 'Gradient norm',
  summary: 'Norm of the block’s prox-gradient mapping; ‖∇_b f‖ where nothing is penalised.',
  formula: 'L_b ‖x_b − prox_{r_b/L_b}(x_b − ∇_b f(x)/L_b)‖₂, exact, at the point the update read',
  source: 'Beck 2017, §10.3',
  suits: 'everything',
  unit: 'objective per unit of x',
  scale: 'log',
  byDefault: true,
  verdict: stall,
  evaluate: mappingNorm,
};

/** ‖∇_b f(x)‖₂ at the point that was read. */
export const smoothGradNorm: Diagnostic = {
  ...ofBlock,
  name: 'smoothGradNorm',
  title: 'Smooth gradient norm',
  summary: 'Norm of the block’s gradient of the smooth part.',
  formula: '‖∇_b f(x)‖₂, exact, at the point the update read',
  source: 'definition',
  suits: 'everything',
  unit: 'objective per unit of x',
  scale: 'log',
  byDefault: false,
  evaluate: reading => norm(reading.gradient(), reading.block.size),
};

/** t, the effective step in the block's metric; NaN for methods without one. */
export const stepSize: Diagnostic = {
  ...ofBlock,
  name: 'stepSize',
  title: 'Step size',
  summary: 'The effective step t of the update in the block’s metric.',
  formula:
    't in prox_{t r_b}(x_b − t ∇_b f(x)); in a matrix metric τ, the multiple of Λ_b⁻¹; NaN where the method has none',
  source: 'definition',
  suits: 'methods with a step size; NaN for acoder and exact',
  unit: 'x² per objective',
  scale: 'log',
  byDefault: true,
  draw: { ...lines, stepped: true },
  evaluate: reading => reading.entry.stepSize,
};

/** λ_max(∇²_bb f(x)) at the point that was read. */
export const sharpness: Diagnostic = {
  ...ofBlock,
  name: 'sharpness',
  title: 'Sharpness',
  summary: 'Largest eigenvalue of the block’s Hessian of the smooth part.',
  formula:
    'λ_max(∇²_bb f(x)) at the point the update read; exact for built-in problems, from Hessian-vector products for modules',
  source: 'Cohen et al. 2021',
  suits: 'everything',
  unit: 'objective per unit of x²',
  scale: 'log',
  byDefault: true,
  draw: {
    ...lines,
    limit: { number: 2, over: 'stepSize', text: '2 / step size', ratio: 'Step × sharpness' },
  },
  evaluate: reading => reading.sharpness(),
};

/** t λ_max(∇²_bb f); above 2 a gradient step overshoots. In a matrix metric τ λ_max(Λ_b⁻¹ ∇²_bb f). */
export const stepTimesSharpness: Diagnostic = {
  ...ofBlock,
  name: 'stepTimesSharpness',
  title: 'Step × sharpness',
  summary: 'Step size times curvature in the block’s metric; above 2 the step is too long.',
  formula:
    't λ_max(∇²_bb f(x)) at the point the update read; in a matrix metric τ λ_max(Λ_b⁻¹ ∇²_bb f(x)); limit 2',
  source: 'Cohen et al. 2021',
  suits: 'methods with a step size',
  unit: '1',
  scale: 'linear',
  byDefault: false,
  draw: { ...lines, limit: { number: 2, over: null, text: '2', ratio: 'Step × sharpness' } },
  verdict: stepTooLong,
  evaluate: stepProduct,
};

/** −(⟨g, d⟩ + ‖d‖²/(2t) + r_b(x_b + d) − r_b(x_b)): the decrease that the step's own model predicts. */
export const predictedDecrease: Diagnostic = {
  ...ofBlock,
  name: 'predictedDecrease',
  title: 'Predicted decrease',
  summary: 'Decrease of F that the update’s quadratic model predicts.',
  formula: '−(⟨g, d⟩ + ‖d‖²/(2t) + r_b(x_b + d) − r_b(x_b))',
  source: 'Tseng, Yun 2009',
  suits: 'methods with a step size in the scalar metric',
  unit: 'objective',
  scale: 'log',
  byDefault: false,
  evaluate(reading) {
    const { entry, block, problem, state, method } = reading;
    const { stepSize: t, gradient } = entry;
    const move = entry.moves[0];
    const point = state.points[method.iterate];
    if (!move || !point || entry.metric === 'matrix') return Number.NaN;
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
};
