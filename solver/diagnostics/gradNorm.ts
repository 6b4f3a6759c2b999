import type { Diagnostic } from '../core/diagnostic.ts';
import { ofBlock } from './defaults.ts';
import { mappingNorm, norm } from './mapping.ts';
import { stall } from './stall.ts';

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
