import type {
  BranchInfo,
  CallName,
  Calls,
  EventName,
  Events,
  MetricsBatch,
  WireError,
} from '../../solver/wire/protocol.ts';
import type { Finding, Position, RunInfo, Stop } from '../../solver/wire/run.ts';

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

/** Who caused a change: a view, or the source itself. */
export type Origin = 'adapter' | 'panel' | 'command' | 'source';

/** A change of a run, announced once, after the client's own state reflects it. */
export type Change =
  | { readonly kind: 'progress'; readonly text: string; readonly fraction: number | null }
  /** `recovered`: another source goes on with the same run. */
  | { readonly kind: 'loaded'; readonly info: RunInfo; readonly recovered: boolean }
  | { readonly kind: 'running'; readonly origin: Origin }
  | { readonly kind: 'stopped'; readonly stop: Stop; readonly origin: Origin }
  /** An edit was made. `moved`: the block, the phase or the sweep that is next is another one. */
  | { readonly kind: 'edited'; readonly moved: boolean; readonly origin: Origin }
  | { readonly kind: 'branch'; readonly branch: BranchInfo; readonly origin: Origin }
  /** Facts changed without a command, such as a swap at the end of a sweep. */
  | { readonly kind: 'facts' }
  | { readonly kind: 'rows'; readonly batch: MetricsBatch }
  /** Metrics at step 0 became known, or hold no longer. */
  | { readonly kind: 'entry' }
  /** Rows of a past that was thinned are here. */
  | { readonly kind: 'refined' }
  | { readonly kind: 'finding'; readonly finding: Finding }
  | { readonly kind: 'output'; readonly output: Events['output'] }
  | { readonly kind: 'unresponsive'; readonly text: string }
  | { readonly kind: 'responsive' }
  /** Breakpoints stand on other blocks than before. */
  | { readonly kind: 'breakpoints' }
  | { readonly kind: 'lifted' }
  /** The source ended without being asked to. */
  | { readonly kind: 'crashed'; readonly exit: SourceExit }
  /** The session is over; what was computed can still be looked at. */
  | { readonly kind: 'ended' };

/** Ends something: a subscription, a timer, a process. */
export interface Disposable {
  dispose(): void;
}

/** Registers a listener until it is disposed of. The same shape as VS Code's own events. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

/** An event and the one place it is fired from. Needs no VS Code, so what uses it can be tested without one. */
export class Emitter<T> {
  readonly #listeners = new Set<(value: T) => void>();

  readonly event: Event<T> = listener => {
    // A wrapper, so that the same function registered twice is two registrations.
    const registered = (value: T) => listener(value);
    this.#listeners.add(registered);
    return { dispose: () => this.#listeners.delete(registered) };
  };

  /** Calls every listener, in the order of registration. One that throws does not keep the others from hearing it. */
  fire(value: T): void {
    const errors: unknown[] = [];
    for (const listener of [...this.#listeners]) {
      try {
        listener(value);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
