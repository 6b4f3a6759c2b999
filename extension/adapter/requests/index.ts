import type { Requests } from '../adapter.ts';
import { breakpoints } from './breakpoints.ts';
import { customs } from './customs.ts';
import { evaluation } from './evaluation.ts';
import { flow } from './flow.ts';
import { lifecycle } from './lifecycle.ts';
import { sources } from './sources.ts';
import { stack } from './stack.ts';
import { variables } from './variables.ts';

/** Every request that is answered, by its command. */
export const requests: Requests = {
  ...lifecycle,
  ...flow,
  ...breakpoints,
  ...stack,
  ...variables,
  ...evaluation,
  ...sources,
  ...customs,
};
