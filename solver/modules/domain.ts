import { UserError } from './userError.ts';

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
