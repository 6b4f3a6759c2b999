import type { BreakpointSet } from '../../breakpoints/breakpointSet.ts';
import type { State } from '../../core/state.ts';
import type { Stop, Until } from '../../wire/run.ts';
import type { Stops } from '../stops.ts';
import type { BackwardSearch, Timeline } from './timeline.ts';

/** The run that is moved, as far as a jump needs it. */
interface Moved {
  readonly state: State;
  readonly rows: { readonly end: number };
  breakpoints: BreakpointSet | null;
  begin(until: Until): void;
  slice(milliseconds: number): Stop | null;
}

/** Jumps within a run: to a step, or back to where a breakpoint would have stopped. Each call goes for about so long; null: not there yet. */
export class Travel {
  readonly #run: Moved;
  readonly #timeline: Timeline;
  readonly #stops: Stops;
  /** A search backwards that is under way, and what it found. */
  #search: (BackwardSearch & { found: number | null }) | null = null;

  constructor(run: Moved, timeline: Timeline, stops: Stops) {
    this.#run = run;
    this.#timeline = timeline;
    this.#stops = stops;
  }

  /** The search backwards is given up. */
  leave(): void {
    this.#search = null;
  }

  /** Towards step k: back by keyframe and replay, forward beyond the end by computing. */
  to(k: number, milliseconds: number): Stop | null {
    const run = this.#run;
    this.leave();
    this.#timeline.applyDue();
    const target = Math.min(k, run.rows.end);
    if (run.state.k !== target) {
      if (!this.#timeline.replay(target, milliseconds)) return null;
      run.breakpoints?.rewind(run.state.k);
    }
    if (run.state.k === k) return this.#stops.stop('goto', '');
    const { breakpoints } = run;
    run.breakpoints = null;
    try {
      run.begin({ kind: 'steps', count: k - run.state.k });
      const stop = run.slice(milliseconds);
      return stop?.reason === 'step' ? { ...stop, reason: 'goto' } : stop;
    } finally {
      run.breakpoints = breakpoints;
    }
  }

  /** Towards the last step before the present one at which a breakpoint would have stopped, 0 if there is none. */
  back(milliseconds: number): Stop | null {
    const run = this.#run;
    this.#search ??= { end: run.state.k, last: null, found: this.#stops.canStopBefore ? null : 0 };
    const search = this.#search;
    search.found ??= this.#timeline.lookBack(search, () => this.#stops.would(), milliseconds);
    if (search.found === null || !this.#timeline.replay(search.found, milliseconds)) return null;
    this.leave();
    run.breakpoints?.rewind(run.state.k);
    return search.found === 0
      ? this.#stops.stop('goto', 'The start of the run.')
      : this.#stops.stop('breakpoint', '');
  }
}
