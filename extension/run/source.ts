import type { CallName, Calls, EventName, Events, WireError } from '../../solver/wire/protocol.ts';
import type { Position } from '../../solver/wire/run.ts';
import type { Disposable } from './emitter.ts';

/** The far end of a run: a solver process that computes it, one that reads a recorded trace, or a stand-in in tests. */
export interface Source {
  readonly pid: number | undefined;
  /** Always settles. Rejects with a `SourceError`, whose message is a sentence for the user. */
  call<N extends CallName>(name: N, params: Calls[N]['params']): Promise<Calls[N]['result']>;
  on<E extends EventName>(event: E, listener: (body: Events[E]) => void): Disposable;
  /** Called once, when the source is gone and every pending call has been rejected; at once if it is gone already. */
  onExit(listener: (exit: SourceExit) => void): Disposable;
  /** Ends the source. What is pending is rejected. */
  dispose(): void;
}

export interface SourceExit {
  /** It was asked to: by `dispose` or by the call `terminate`. */
  readonly expected: boolean;
  readonly code: number | null;
  readonly signal: string | null;
  /** Last place of the run that is known. */
  readonly position: Position | null;
  /** Last step that is known to have been done; rows of metrics tell of it later than `position`. */
  readonly k: number | null;
  /** The last lines it wrote to its standard error. */
  readonly stderr: readonly string[];
  /** One sentence. */
  readonly text: string;
}

/** A command that was not carried out, and one sentence why. */
export class SourceError extends Error {
  readonly kind: WireError['kind'] | 'gone';
  constructor(kind: SourceError['kind'], message: string, stack?: string) {
    super(message);
    this.name = 'SourceError';
    this.kind = kind;
    if (stack !== undefined) this.stack = stack;
  }
}
