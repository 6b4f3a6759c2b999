import { Interrupted } from '../core/problem.ts';
import { UserError } from '../modules/userError.ts';
import type { Chunk } from '../run/rows/rowMemory.ts';
import type { TableName } from '../run/rows/rows.ts';
import type { Origin } from '../trace/inputs.ts';
import type { Facts } from '../wire/facts.ts';
import type { BranchInfo, CallName, Calls, Events, WireError } from '../wire/protocol.ts';
import type { Finding, PackedInfo, Position } from '../wire/run.ts';
import type { SharedMemory } from './shared.ts';

/** Calls the solver thread answers; the others are answered by the main thread from what it mirrors. */
export type ThreadCall = Extract<
  CallName,
  | 'load'
  | 'restore'
  | 'resume'
  | 'goTo'
  | 'reverse'
  | 'edit'
  | 'setBreakpoints'
  | 'entry'
  | 'evaluate'
  | 'variables'
>;

export interface ThreadData {
  readonly shared: SharedMemory;
}

export type ToThread = {
  [N in ThreadCall]: { readonly id: number; readonly call: N; readonly params: Calls[N]['params'] };
}[ThreadCall];

export type FromThread =
  | { readonly kind: 'reply'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: WireError }
  | News;

/** What the solver thread tells unasked. */
export type News =
  | { readonly kind: 'event'; readonly event: keyof Events; readonly body: unknown }
  /** A run begins: the columns of its two tables, and the step its rows start after. */
  | {
      readonly kind: 'tables';
      readonly info: PackedInfo;
      readonly blockMetrics: readonly string[];
      readonly sweepMetrics: readonly string[];
      readonly from: number;
      /** What a trace of it says of where it comes from. */
      readonly origin: Origin;
    }
  | { readonly kind: 'chunk'; readonly table: TableName; readonly chunk: Chunk }
  /** The chunk of this id stands in the file from here on, and its memory is let go. */
  | {
      readonly kind: 'spilled';
      readonly id: number;
      readonly fd: number;
      readonly at: number;
      /** Counts the spills of this thread. */
      readonly spill: number;
    }
  /** Rows up to these counts may be read, and where the run stands. */
  | {
      readonly kind: 'count';
      readonly steps: number;
      readonly sweeps: number;
      /** Last step among them. */
      readonly end: number;
      readonly position: Position;
    }
  /** A finding that was told by another process or thread before, made again on the way back. */
  | { readonly kind: 'foundAgain'; readonly finding: Finding }
  | { readonly kind: 'branch'; readonly branch: BranchInfo }
  /** What is in force, whenever it changed. */
  | { readonly kind: 'facts'; readonly facts: Facts };

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
    return { kind: 'state', message: 'It was interrupted; try again.' };
  const message = error instanceof Error ? error.message : String(error);
  return {
    kind: 'failed',
    message: `The solver failed: ${message}`,
    ...(error instanceof Error && error.stack ? { stack: error.stack } : {}),
  };
}
