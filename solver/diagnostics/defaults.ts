import type { Diagnostic, Draw } from '../core/diagnostic.ts';

/** Lines per block or for the run; a heatmap cell shows its largest value, because that is what goes wrong. */
export const lines = {
  kind: 'lines',
  reducer: 'max',
  limit: null,
  within: null,
  aboveBound: false,
  stepped: false,
} as const satisfies Draw;

export const always: Diagnostic['fits'] = () => null;

/** Shared fields of metrics per block that are read at the update's read point. */
export const ofBlock = {
  options: {},
  cost: 'block',
  of: 'block',
  when: 'read',
  fits: always,
  draw: lines as Draw,
} as const;
/** Shared fields of metrics of the run that are evaluated at the end of a sweep. */
export const ofSweep = {
  options: {},
  cost: 'sweep',
  of: 'run',
  when: 'sweep',
  draw: lines as Draw,
} as const;
