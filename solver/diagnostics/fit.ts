import type { Diagnostic } from '../core/diagnostic.ts';

export const always: Diagnostic['fits'] = () => null;

/** What a metric of each block, read at the point the update read, has in common. */
export const ofBlock = {
  options: {},
  cost: 'block',
  of: 'block',
  when: 'read',
  fits: always,
} as const;
/** What a metric of the run, evaluated when a sweep has ended, has in common. */
export const ofSweep = { options: {}, cost: 'sweep', of: 'run', when: 'sweep' } as const;
