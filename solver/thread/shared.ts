import { Interrupted } from '../core/problem.ts';
import { UserError } from '../modules/userError.ts';
import type { Chunk } from '../run/rows/rowMemory.ts';
import type { TableName } from '../run/rows/rows.ts';
import type { Origin } from '../trace/header.ts';
import type { Facts } from '../wire/facts.ts';
import type { BranchInfo, CallName, Calls, Events, WireError } from '../wire/protocol.ts';
import type { Finding, PackedInfo, Position } from '../wire/run.ts';

/**
 * Memory shared by the child's main thread and its solver thread. The main thread asks for attention; the solver's
 * loops poll it. The solver writes where it stands, so that the main thread can tell while the solver is busy.
 */
export interface SharedMemory {
  readonly flags: Int32Array;
  readonly where: Float64Array;
}

/** Set: long loops give up their proposal so that the solver reads its messages. */
const ATTENTION = 0;
/** Set: the run is to stop where it stands. */
const PAUSE = 1;
/** Number of the last spilled chunk whose memory the main thread has let go. */
const FREED = 2;
const FLAGS = 3;

/**
 * Places in `where`. Times are milliseconds since the epoch: since when the solver is in user code (0: it is not), and since
 * when it has left its thread to whoever has something to do there (0: it works).
 */
export const WHERE = {
  k: 0,
  sweep: 1,
  place: 2,
  userSince: 3,
  userBlock: 4,
  restingSince: 5,
} as const;
const PLACES = Object.keys(WHERE).length;

export function createShared(): SharedMemory {
  return {
    flags: new Int32Array(new SharedArrayBuffer(4 * FLAGS)),
    where: new Float64Array(new SharedArrayBuffer(8 * PLACES)),
  };
}

export function askAttention({ flags }: SharedMemory): void {
  Atomics.store(flags, ATTENTION, 1);
}

export function wantsAttention({ flags }: SharedMemory): boolean {
  return Atomics.load(flags, ATTENTION) !== 0;
}

export function attended({ flags }: SharedMemory): void {
  Atomics.store(flags, ATTENTION, 0);
}

export function askPause(shared: SharedMemory): void {
  Atomics.store(shared.flags, PAUSE, 1);
  askAttention(shared);
}

/** Was a pause asked for? Answers once. */
export function takePause({ flags }: SharedMemory): boolean {
  return Atomics.exchange(flags, PAUSE, 0) !== 0;
}

/** The main thread reads the spilled chunks up to this number from their file. */
export function free({ flags }: SharedMemory, spill: number): void {
  Atomics.store(flags, FREED, spill);
}

export function freed({ flags }: SharedMemory): number {
  return Atomics.load(flags, FREED);
}

/** The solver enters a function of the module's, for the block of this index (−1: none), with its run at this step. */
export function entersModule(
  { where }: SharedMemory,
  at: { readonly k: number; readonly sweep: number; readonly place: number } | null,
  block: number,
): void {
  if (at !== null) {
    where[WHERE.k] = at.k;
    where[WHERE.sweep] = at.sweep;
    where[WHERE.place] = at.place;
  }
  where[WHERE.userBlock] = block;
  where[WHERE.userSince] = Date.now();
}

/** The solver leaves its thread to whoever has something to do there. */
export function rests({ where }: SharedMemory): void {
  where[WHERE.restingSince] = Date.now();
}

/** The solver has its thread again. */
export function works({ where }: SharedMemory): void {
  where[WHERE.restingSince] = 0;
}

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
