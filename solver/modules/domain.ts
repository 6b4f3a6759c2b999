import type { Block } from '../core/problem.ts';
import type { Finding } from '../wire/protocol.ts';
import { UserError } from './userError.ts';

/** A small part of the checks: a few calls of user code, and what they show. Interrupted, it is begun again. */
export interface Check {
  /** The block it is about; after a mismatch in it, it is not looked at again. */
  readonly block: Block | null;
  run(): Finding | null;
}

/**
 * The value, or null where user code throws: beside the start a check may leave the domain of f, and what a module throws
 * there says nothing against it. A run that gets there throws it again.
 */
export function inDomain<T>(run: () => T): T | null {
  try {
    return run();
  } catch (reason) {
    if (reason instanceof UserError) return null;
    throw reason;
  }
}
