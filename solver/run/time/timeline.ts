import { cloneState } from '../../core/state.ts';
import type { EditFact } from '../../wire/facts.ts';
import type { Edit, RecordedEdit } from '../../wire/protocol.ts';
import type { Objective } from '../measure/objective.ts';
import type { Stepper } from '../update/stepper.ts';
import { applyEdit, describeEdit } from './edits.ts';
import { type Keyframe, Keyframes } from './keyframes.ts';

/** How far a search backwards has come. */
export interface BackwardSearch {
  /** Steps from here on are searched already, or are where the search began. */
  end: number;
  /** The last hit since the keyframe that is being replayed, −1: none yet; null: no keyframe is. */
  last: number | null;
}

/** What goes along with the state, and is told of edits. */
export interface Beside {
  /** What is known at k = 0. */
  readonly atStart: unknown;
  /** What is known where the run stands; null where that is not its last step. */
  memory(): unknown;
  edited(): void;
}

/** Where the run has been: keyframes, and the log of edits with the k each took effect at. */
export class Timeline {
  readonly #stepper: Stepper;
  readonly #objective: Objective;
  readonly #beside: Beside;
  readonly #frames = new Keyframes();
  readonly #log: EditFact[] = [];
  /** Edits the state has seen. */
  #applied = 0;
  /** A swap waits for its sweep's end, as far as is known. */
  #waiting = false;
  #milliseconds = 0;

  constructor(stepper: Stepper, objective: Objective, beside: Beside) {
    this.#stepper = stepper;
    this.#objective = objective;
    this.#beside = beside;
    this.#frames.add(stepper.state, 0, beside.atStart);
  }

  /** The edits of the live branch, each with its sentence and the step it holds from. */
  get log(): readonly EditFact[] {
    return this.#log;
  }

  get edits(): readonly RecordedEdit[] {
    return this.#log.map(({ edit }) => edit);
  }

  /** The step of the next recorded edit that the state has not seen; ∞ where there is none. */
  get nextDue(): number {
    return this.#log[this.#applied]?.edit.k ?? Number.POSITIVE_INFINITY;
  }

  /** The solver worked so long since the last call; a keyframe may fall due. */
  worked(milliseconds: number): void {
    this.#milliseconds += milliseconds;
  }

  /** The run stands at a new step: applies the edits made there (true: there were some), and keeps a keyframe when one is due. */
  arrived(): boolean {
    const edited = this.applyDue();
    if (this.#milliseconds === 0) return edited;
    const due = this.#frames.due(this.#milliseconds);
    this.#milliseconds = 0;
    if (due && this.#stepper.state.k > this.#frames.last.state.k)
      this.#frames.add(this.#stepper.state, this.#applied, this.#beside.memory());
    return edited;
  }

  /** Makes edits now, all or, where it throws, none of them, and returns what they did; edits beyond this step are forgotten. */
  edit(edits: readonly Edit[]): string {
    this.applyDue();
    const { state, recipe } = this.#stepper;
    // An edit that throws has changed nothing; those before it have.
    const before = edits.length > 1 ? cloneState(state) : null;
    const applied = this.#applied;
    const texts: string[] = [];
    try {
      for (const edit of edits) {
        texts.push(describeEdit(edit, state.ordering.name));
        applyEdit(recipe, state, edit);
      }
    } catch (error) {
      if (before) this.#restore(before, applied);
      throw error;
    }
    this.#stepper.invalidate();
    this.#objective.replaced();
    this.#beside.edited();
    this.#log.length = this.#applied;
    this.#frames.cut(state.k);
    // What took effect beyond this step waits again; what is replaced before its sweep ended never will.
    for (const [at, { edit, k, text }] of this.#log.entries()) {
      if (k !== null && k > state.k) this.#log[at] = { edit, k: null, text };
    }
    for (const [at, edit] of edits.entries()) {
      if (edit.kind === 'ordering') this.#replaceWaiting();
      const waits = edit.kind === 'ordering' && state.pendingOrdering !== null;
      const text = texts[at] as string;
      this.#log.push({ edit: { ...edit, k: state.k }, k: waits ? null : state.k, text });
    }
    this.#applied = this.#log.length;
    this.#waiting = state.pendingOrdering !== null;
    return texts.join(', ');
  }

  /** Takes over the log, and stands where the keyframe does (without one at 0); the edits come as their k is reached. */
  resume(log: readonly EditFact[], keyframe: Keyframe | null): void {
    this.#log.push(...log);
    this.#waiting = log.some(({ k }) => k === null);
    if (keyframe) this.#restore(keyframe.state, keyframe.edits);
    else this.applyDue();
    this.#frames.add(this.#stepper.state, this.#applied, keyframe?.memory ?? null);
  }

  snapshot(): Keyframe {
    const memory = this.#beside.memory();
    return { state: cloneState(this.#stepper.state), edits: this.#applied, memory };
  }

  /** Goes to a recorded step for about `milliseconds`; true when it is there. Throws `Interrupted`, standing at some step on the way. */
  replay(k: number, milliseconds: number): boolean {
    const stepper = this.#stepper;
    if (stepper.state.k !== k) {
      const frame = this.#frames.before(k);
      if (stepper.state.k > k || frame.state.k > stepper.state.k)
        this.#restore(frame.state, frame.edits);
    }
    // Said before the first step, because the replay may be interrupted after any.
    this.#objective.replaced();
    this.applyDue();
    const started = performance.now();
    for (let steps = 1; stepper.state.k < k; steps++) {
      const { state } = stepper;
      if (stepper.leaper.leap(Math.min(k, this.nextDue) - state.k, false) === 0) stepper.commit();
      this.applyDue();
      if (steps % 256 === 0 && performance.now() - started > milliseconds) break;
    }
    return stepper.state.k === k;
  }

  /** The last keyframe at or before step k that remembers what was known there. */
  remembering(k: number): Keyframe {
    return this.#frames.remembering(k);
  }

  /**
   * Searches for about `milliseconds` for the last step before `search.end` at which `stops` holds; 0 if there is none, null:
   * ask again. Keyframe by keyframe backwards, each replayed forwards. Leaves the state at some step before the end.
   * Throws `Interrupted`, and may be asked again then.
   */
  lookBack(search: BackwardSearch, stops: () => boolean, milliseconds: number): number | null {
    const stepper = this.#stepper;
    const started = performance.now();
    if (search.last !== null) this.applyDue();
    for (let steps = 1; search.end > 0; ) {
      const frame = this.#frames.before(search.end - 1);
      if (search.last === null) {
        this.#restore(frame.state, frame.edits);
        search.last = -1;
      }
      while (stepper.state.k < search.end) {
        if (stops()) search.last = stepper.state.k;
        this.#objective.updated(stepper.commit());
        this.applyDue();
        if (steps++ % 64 === 0 && performance.now() - started > milliseconds) return null;
      }
      if (search.last >= 0) return search.last;
      search.end = frame.state.k;
      search.last = null;
    }
    return 0;
  }

  #restore(state: Stepper['state'], edits: number): void {
    this.#stepper.state = cloneState(state);
    this.#stepper.invalidate();
    this.#objective.replaced();
    this.#applied = edits;
    this.applyDue();
  }

  /** Applies the recorded edits of the present step that the state has not seen; true: there were some. Interrupted, it is asked again before any step. */
  applyDue(): boolean {
    // Asked at every update.
    if (this.#applied === this.#log.length && !this.#waiting) return false;
    const { state, recipe } = this.#stepper;
    const before = this.#applied;
    while (this.#applied < this.#log.length) {
      const { edit } = this.#log[this.#applied] as EditFact;
      if (edit.k !== state.k) break;
      applyEdit(recipe, state, edit);
      this.#applied++;
      this.#stepper.invalidate();
      this.#objective.replaced();
      this.#beside.edited();
    }
    this.#tookOver();
    return this.#applied > before;
  }

  /** Where no ordering waits, the newest swap that did holds from here on; a replay finds its step known already. */
  #tookOver(): void {
    const { k, pendingOrdering } = this.#stepper.state;
    if (!this.#waiting || pendingOrdering !== null) return;
    const at = this.#log.findLastIndex(
      ({ edit }, i) => i < this.#applied && edit.kind === 'ordering',
    );
    const fact = this.#log[at];
    if (fact?.k === null) this.#log[at] = { ...fact, k };
    this.#waiting = this.#log.some(({ k }, i) => k === null && i >= this.#applied);
  }

  /** A swap that still waits is replaced by another one: it never holds. */
  #replaceWaiting(): void {
    const at = this.#log.findLastIndex(({ edit }) => edit.kind === 'ordering');
    const fact = this.#log[at];
    if (fact?.k === null) {
      this.#log[at] = { ...fact, text: `${fact.text}, replaced before its sweep ended` };
    }
  }
}
