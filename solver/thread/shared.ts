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
