import type { Entry } from '../../core/method.ts';
import { cloneState } from '../../core/state.ts';
import { Lost } from '../../kernels/products.ts';
import type { EditFact } from '../../wire/facts.ts';
import type { Recipe } from '../recipe.ts';
import type { Rows } from '../rows/rows.ts';
import { applyEdit } from '../time/edits.ts';
import type { Keyframe } from '../time/keyframes.ts';
import { type Prepared, Stepper } from '../update/stepper.ts';
import { Bounds, Objective } from './objective.ts';
import { StepReading } from './reading.ts';
import { Recorder } from './recorder.ts';

/**
 * What the watchers knew at a step of the past: the steps since a keyframe that remembers are made once more, beside the run,
 * by a method of its own. Interrupted, it is asked again and goes on where it was.
 */
export class Rewatch {
  readonly #k: number;
  readonly #log: readonly EditFact[];
  readonly #recipe: Recipe;
  readonly #stepper: Stepper;
  readonly #objective: Objective;
  readonly #recorder: Recorder;
  /** Edits the state has seen. */
  #applied: number;
  /** An update that was made and not watched yet. */
  #unwatched: { readonly entries: readonly Entry[]; readonly sweepEnds: boolean } | null = null;

  /** `memory`: what the recorder knew at the keyframe. `log`: the edits up to step k. */
  constructor(
    recipe: Recipe,
    rows: Rows,
    k: number,
    log: readonly EditFact[],
    frame: Keyframe,
    memory: unknown,
  ) {
    this.#k = k;
    this.#log = log.slice();
    this.#recipe = { ...recipe, method: recipe.newMethod() };
    const { problem, method, lipschitz, bulk, verdicts } = this.#recipe;
    this.#stepper = new Stepper(this.#recipe, cloneState(frame.state));
    this.#objective = new Objective(problem, method.iterate);
    const bounds = new Bounds(recipe.boundAtStart);
    const reading = new StepReading(problem, method, lipschitz, bulk, this.#objective, bounds);
    // No metric but what the watchers need: the rows are there.
    this.#recorder = new Recorder(problem, [], verdicts, reading, rows, Number.NaN);
    this.#recorder.memory = memory;
    this.#applied = frame.edits;
  }

  /** Is it of this step, after these edits? */
  isOf(k: number, log: readonly EditFact[]): boolean {
    return (
      k === this.#k &&
      log.length === this.#log.length &&
      log.every(({ edit }, i) => edit === this.#log[i]!.edit)
    );
  }

  /** The recorder that knows what was known at the step. */
  recorder(): Recorder {
    const stepper = this.#stepper;
    this.#applyDue();
    while (this.#unwatched || stepper.state.k < this.#k) {
      if (!this.#unwatched) {
        const prepared = this.#prepared();
        this.#recorder.read(stepper, prepared);
        this.#objective.updated(stepper.commit());
        const { proposal, sweepEnds } = prepared;
        this.#unwatched = { entries: proposal.entries, sweepEnds };
      }
      const { entries, sweepEnds } = this.#unwatched;
      this.#recorder.watchAgain(stepper, entries, sweepEnds);
      this.#unwatched = null;
      this.#applyDue();
    }
    return this.#recorder;
  }

  /** The next update; by the processor where the device that computed it is gone. */
  #prepared(): Prepared {
    try {
      return this.#stepper.prepare();
    } catch (error) {
      if (!(error instanceof Lost)) throw error;
      applyEdit(this.#recipe, this.#stepper.state, { kind: 'device', why: error.message });
      return this.#stepper.prepare();
    }
  }

  #applyDue(): void {
    const { state } = this.#stepper;
    while (this.#log[this.#applied]?.edit.k === state.k) {
      applyEdit(this.#recipe, state, this.#log[this.#applied]!.edit);
      this.#applied++;
      this.#stepper.invalidate();
      this.#objective.replaced();
      this.#recorder.edited();
    }
  }
}
