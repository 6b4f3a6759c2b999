import { PHASES } from '../../core/method.ts';
import type { Stop } from '../../wire/run.ts';
import type { Measuring } from '../measure/measuring.ts';
import type { Objective } from '../measure/objective.ts';
import { Repetition } from '../measure/repetition.ts';
import type { Rows } from '../rows/rows.ts';
import type { Goal, Stops } from '../stops.ts';
import type { Timeline } from '../time/timeline.ts';
import type { Stepper } from './stepper.ts';

/** The inside of a run's loop: an update is made, measured and judged, or several in one call where nothing looks at them one by one. */
export class UpdateLoop {
  readonly #stepper: Stepper;
  readonly #measuring: Measuring;
  readonly #timeline: Timeline;
  readonly #objective: Objective;
  readonly #stops: Stops;
  readonly #rows: Rows;
  readonly #repetition: Repetition;

  constructor(
    stepper: Stepper,
    measuring: Measuring,
    timeline: Timeline,
    objective: Objective,
    stops: Stops,
    rows: Rows,
  ) {
    this.#stepper = stepper;
    this.#measuring = measuring;
    this.#timeline = timeline;
    this.#objective = objective;
    this.#stops = stops;
    this.#rows = rows;
    this.#repetition = new Repetition(stepper.recipe);
  }

  /** One update, or what is left of the last one; null: go on. */
  turn(goal: Goal): Stop | null {
    const left = this.finish();
    if (left) return left;
    if (this.#timeline.applyDue()) this.#measuring.outcome = null;
    const { state } = this.#stepper;
    const { until } = goal;
    const ended = this.#stops.ended(this.#measuring.outcome, until);
    if (ended) return ended;
    if (goal.until.kind !== 'phase' && this.#stops.isQuiet) {
      const stop = this.#leap(goal);
      if (stop !== 'alone') return stop;
    }
    const before = this.#stops.before(goal.until);
    if (before) return before;
    if (goal.until.kind === 'phase' && this.#stops.phase < PHASES.length - 1) {
      this.#stepper.prepare();
      this.#stops.phase++;
      return this.#stops.stop('step', '');
    }
    if (state.k < this.#rows.end) {
      this.#objective.updated(this.#stepper.commit());
      this.#stops.phase = 0;
      this.#timeline.arrived();
      return this.#stops.after() ?? this.#stops.passed(state.k) ?? this.#reached(goal);
    }
    const prepared = this.#stepper.prepare();
    const bad = this.#measuring.read(prepared);
    if (bad) return this.#stops.found(bad) ?? this.#stops.stop('nonfinite', bad.text, bad);
    const { sweep } = state;
    const odd = this.#repetition.look(state);
    this.#stepper.commit();
    this.#stops.phase = 0;
    this.#stops.happened(state.k, prepared.start);
    this.#objective.updated(prepared);
    this.#measuring.made(prepared, sweep);
    const stop = odd && this.#stops.found(odd);
    return this.finish() ?? stop ?? this.#reached(goal);
  }

  /** Several updates in one call, where nothing looks at them one by one; `alone`: the next one must be made so. */
  #leap(goal: Goal): Stop | null | 'alone' {
    const { state, leaper } = this.#stepper;
    if (!leaper.can) return 'alone';
    const due = Math.min(goal.k, this.#timeline.nextDue) - state.k;
    if (state.k < this.#rows.end) {
      const known = Math.min(this.#rows.end, this.#stops.nextFound(state.k)) - state.k;
      if (leaper.leap(Math.min(due, known), false) === 0) return 'alone';
      this.#stops.phase = 0;
      this.#objective.replaced();
      this.#timeline.arrived();
      return this.#stops.passed(this.#stepper.state.k) ?? this.#reached(goal);
    }
    if (this.#measuring.leap(due) === 0) return 'alone';
    this.#stops.phase = 0;
    return this.finish() ?? this.#reached(goal);
  }

  /** Measures what was made and not measured yet; then the run has arrived at its step. Interrupted, it is taken up again. */
  finish(): Stop | null {
    if (!this.#measuring.pending) return null;
    this.#measuring.write(this.#stops);
    // Back to the finding that a breakpoint waits for; interrupted, it goes on from where it was.
    const { end } = this.#rows;
    if (this.#stepper.state.k !== end) this.#timeline.replay(end, Number.POSITIVE_INFINITY);
    const stop = this.#measuring.finish(this.#stops);
    // An edit at this step, of a run that is resumed, took the outcome back.
    if (this.#timeline.arrived()) this.#measuring.outcome = null;
    return stop;
  }

  #reached(goal: Goal): Stop | null {
    const { k, sweep } = this.#stepper.state;
    return k >= goal.k || sweep >= goal.sweep ? this.#stops.stop('step', '') : null;
  }
}
