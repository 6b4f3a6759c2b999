import { Interrupted } from '../../core/problem.ts';
import { stateBytes } from '../../core/state.ts';
import type { Run } from '../../run/run.ts';
import { goAgain } from '../../run/time/again.ts';
import type { Facts } from '../../wire/facts.ts';
import type { Events } from '../../wire/protocol.ts';
import type { Position, Stop } from '../../wire/run.ts';
import {
  attended,
  type FromThread,
  rests,
  type SharedMemory,
  takePause,
  works,
} from '../shared.ts';
import type { Resume } from './opening.ts';

/** Solving time between looks at the messages. */
const SLICE_MS = 12;
/** Time between counts sent while running. */
const COUNT_MS = 40;
/** Time between keyframes sent to the host while running, and between those of stops whose copy would be felt. */
const KEYFRAME_MS = 2000;
/** States up to this many bytes are sent at every stop. */
const SMALL_BYTES = 1024 * 1024;
/** Keyframes above this many bytes are not sent: the copy would be felt. */
const KEYFRAME_BYTES = 32 * 1024 * 1024;

/** Moves a run in slices, between which messages are read, and tells the main thread how far it has come. */
export class RunLoop {
  readonly #shared: SharedMemory;
  readonly #post: (message: FromThread) => void;
  /** A stop is about to be told; and was told. */
  readonly #stops: { readonly before: () => void; readonly after: (run: Run) => void };
  #running = false;
  /** Where a jump is going: to a step, or back to the last breakpoint; null: running forward. */
  #travelling: number | 'back' | null = null;
  #lastCount = 0;
  /** The orderings that the main thread was last told of. */
  #toldOrdering: Pick<Position, 'ordering' | 'pendingOrdering'> = {
    ordering: '',
    pendingOrdering: null,
  };
  #lastKeyframe = 0;
  /** Counts the loops that were begun: one that was stopped from outside does not go on beside the next. */
  #loops = 0;

  constructor(
    shared: SharedMemory,
    post: (message: FromThread) => void,
    stops: { readonly before: () => void; readonly after: (run: Run) => void },
  ) {
    this.#shared = shared;
    this.#post = post;
    this.#stops = stops;
  }

  get running(): boolean {
    return this.#running;
  }

  /** Where a jump that is under way leads, in words; null: there is none. */
  get way(): string | null {
    if (!this.#running || this.#travelling === null) return null;
    return this.#travelling === 'back' ? 'back' : `to step ${this.#travelling}`;
  }

  /** Another run stands still. */
  reset(): void {
    this.#running = false;
  }

  /** Runs until a stop: forward, to a step, or back to the last breakpoint. */
  start(run: Run, to: number | 'back' | null): void {
    this.#travelling = to;
    if (this.#running) return;
    this.#running = true;
    this.#post({ kind: 'event', event: 'running', body: {} });
    void this.#loop(run);
  }

  async #loop(run: Run): Promise<void> {
    const own = ++this.#loops;
    while (this.#running && own === this.#loops) {
      // A pause may have been asked for before it began.
      let stop: Stop | null = takePause(this.#shared) ? run.paused() : null;
      try {
        stop ??= this.#slice(run);
      } catch (error) {
        if (!(error instanceof Interrupted)) {
          this.#running = false;
          stop = run.broken(error);
        }
      }
      attended(this.#shared);
      if (!stop && takePause(this.#shared)) stop = run.paused();
      if (stop) {
        this.stopped(run, stop);
        return;
      }
      const now = Date.now();
      if (now - this.#lastCount >= COUNT_MS) this.tellCount(run);
      if (now - this.#lastKeyframe >= KEYFRAME_MS) this.sendKeyframe(run, now);
      await this.#messages();
    }
  }

  /** Messages that came meanwhile are read. */
  async #messages(): Promise<void> {
    rests(this.#shared);
    await new Promise<void>(resolve => setImmediate(resolve));
    works(this.#shared);
  }

  #slice(run: Run): Stop | null {
    if (this.#travelling === null) return run.slice(SLICE_MS);
    if (this.#travelling === 'back') return run.reverse(SLICE_MS);
    return run.travel(this.#travelling, SLICE_MS);
  }

  /** Goes again to the last step that was computed, then to the one the run stood at; a pause or a failure ends it. */
  async goBack(run: Run, { k, end }: Resume): Promise<void> {
    for (const target of k < end ? [end, k] : [k]) {
      for (let stop: Stop | null = null; !stop; ) {
        try {
          stop = goAgain(run, target, SLICE_MS);
        } catch (error) {
          if (!(error instanceof Interrupted)) throw error;
        }
        attended(this.#shared);
        if (takePause(this.#shared)) stop = run.paused();
        if (Date.now() - this.#lastCount >= COUNT_MS) this.tellCount(run);
        await this.#messages();
      }
    }
    this.tellCount(run);
    this.sendKeyframe(run, Date.now());
  }

  /** The run stands; the main thread is told where, and all that came before it. */
  stopped(run: Run, stop: Stop): void {
    this.#running = false;
    takePause(this.#shared);
    this.#stops.before();
    this.tellCount(run);
    const now = Date.now();
    if (stateBytes(run.state) <= SMALL_BYTES || now - this.#lastKeyframe >= KEYFRAME_MS) {
      this.sendKeyframe(run, now);
    }
    this.#post({ kind: 'event', event: 'stopped', body: stop });
    this.#stops.after(run);
  }

  sendKeyframe(run: Run, now: number): void {
    const keyframe = stateBytes(run.state) > KEYFRAME_BYTES ? null : run.keyframe();
    if (!keyframe) return;
    // The rows first: a trace has those up to a state that is gone on from.
    this.tellCount(run);
    this.#lastKeyframe = now;
    const body: Events['keyframe'] = { k: keyframe.state.k, ...keyframe };
    this.#post({ kind: 'event', event: 'keyframe', body });
  }

  /** What is in force, told to the main thread, which may have to say it while this one is inside a user function. */
  tellFacts(run: Run): Facts {
    const facts = run.facts();
    this.#post({ kind: 'facts', facts });
    return facts;
  }

  /** Rows that may be read, and where the run stands. */
  tellCount(run: Run): void {
    this.#lastCount = Date.now();
    const position = run.position();
    const { ordering, pendingOrdering } = position;
    const told = this.#toldOrdering;
    if (told.ordering !== ordering || told.pendingOrdering !== pendingOrdering) {
      this.#toldOrdering = { ordering, pendingOrdering };
      if (this.#running) this.#post({ kind: 'event', event: 'facts', body: this.tellFacts(run) });
    }
    this.#post({
      kind: 'count',
      steps: run.rows.steps.count,
      sweeps: run.rows.sweeps.count,
      end: run.rows.end,
      position,
    });
  }
}
