import type { Requests } from '../adapter.ts';
import { breakpoints } from './breakpoints.ts';
import { customs } from './customs.ts';
import { flow, lifecycle } from './lifecycle-and-flow.ts';
import { sources } from './sources.ts';
import { stack } from './stack.ts';
import { evaluation, variables } from './values.ts';

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
