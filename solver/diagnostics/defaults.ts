import type { Diagnostic, Draw } from '../core/diagnostic.ts';

/** Lines by block or of the run; the largest value of a cell, because the largest is what goes wrong. */
export const lines = {
  kind: 'lines',
  reducer: 'max',
  limit: null,
  within: null,
  aboveBound: false,
  stepped: false,
} as const satisfies Draw;

export const always: Diagnostic['fits'] = () => null;

/** What a metric of each block, read at the point the update read, has in common. */
export const ofBlock = {
  options: {},
  cost: 'block',
  of: 'block',
  when: 'read',
  fits: always,
  draw: lines as Draw,
} as const;
/** What a metric of the run, evaluated when a sweep has ended, has in common. */
export const ofSweep = {
  options: {},
  cost: 'sweep',
  of: 'run',
  when: 'sweep',
  draw: lines as Draw,
} as const;
