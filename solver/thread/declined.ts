import { Interrupted } from '../core/problem.ts';
import { UserError } from '../modules/userError.ts';
import type { WireError } from '../wire/protocol.ts';

/** A call that cannot be answered: the user's to mend, or not possible now. Its message is a sentence for the user. */
export class Declined extends Error {
  readonly kind: WireError['kind'];
  constructor(kind: WireError['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

/** What a call that threw is answered with. */
export function wireError(error: unknown): WireError {
  if (error instanceof Declined) return { kind: error.kind, message: error.message };
  if (error instanceof UserError)
    return { kind: 'refused', message: error.message, stack: error.stack };
  if (error instanceof Interrupted)
    return { kind: 'state', message: 'It was interrupted; ask again.' };
  const message = error instanceof Error ? error.message : String(error);
  return {
    kind: 'failed',
    message: `The solver failed: ${message}`,
    ...(error instanceof Error && error.stack ? { stack: error.stack } : {}),
  };
}
