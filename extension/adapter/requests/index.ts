import type { Adapter } from '../adapter.ts';
import type { Args } from '../args.ts';
import { breakpoints } from './breakpoints.ts';
import { customs } from './customs.ts';
import { evaluation } from './evaluation.ts';
import { flow } from './flow.ts';
import { lifecycle } from './lifecycle.ts';
import { sources } from './sources.ts';
import { stack } from './stack.ts';
import { variables } from './variables.ts';

/** Carries out one request and returns the response's body. A throw is the error reply. */
export type Request = (adapter: Adapter, args: Args) => Body | Promise<Body>;
/** A request without a body returns nothing. */
// biome-ignore lint/suspicious/noConfusingVoidType: handlers that return nothing are the many.
export type Body = object | undefined | void;
export type Requests = Readonly<Record<string, Request>>;

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
