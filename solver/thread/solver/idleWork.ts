import { Interrupted } from '../../core/problem.ts';
import type { ModuleCheck } from '../../modules/check.ts';
import { EntryLook } from '../../run/measure/entry.ts';
import type { Run } from '../../run/run.ts';
import type { EntryValues } from '../../wire/run.ts';
import { attended, rests, type SharedMemory, works } from '../shared.ts';
import { brokenFinding } from './contain.ts';

/** Working time between looks at the messages. */
const SLICE_MS = 12;
/** Time between the values at x₀ that are told while more are computed, and more of it for each block: they are told whole. */
const TELL_MS = 200;
const TELL_BLOCK_MS = 0.01;

/**
 * What is done while the run stands still, until there is nothing left or it moves: the look at x₀ that was asked for, then
 * the checks of a module's slow functions. Every message comes first.
 */
export class IdleWork {
  readonly #shared: SharedMemory;
  readonly #stands: (run: Run) => boolean;
  readonly #tell: (values: EntryValues) => void;
  #check: ModuleCheck | null = null;
  #entry: EntryLook | null = null;
  #told = 0;
  /** The run before this one was ended at step 0, maybe in a function that does not return there: nobody asked to call it again. */
  #lostAtStart = false;
  /** Counts the loops that were begun: only the newest goes on. */
  #loops = 0;

  /** `stands`: it is still this run, and it does not move. */
  constructor(
    shared: SharedMemory,
    stands: (run: Run) => boolean,
    tell: (values: EntryValues) => void,
  ) {
    this.#shared = shared;
    this.#stands = stands;
    this.#tell = tell;
  }

  /** Another run, what is left of the checks of its module, and the step that a run before it stood at, if it follows one. */
  follow(run: Run, check: ModuleCheck | null, resumedAt: number | null): void {
    this.#check = check;
    this.#entry = null;
    this.#told = 0;
    this.#lostAtStart = resumedAt === 0;
    void this.goOn(run);
  }

  /** Looks at what stands at step 0 from now on. */
  lookAtStart(run: Run): void {
    if (run.state.k > 0 || !this.#stands(run) || this.#lostAtStart) return;
    this.#entry = new EntryLook(run.recipe, run.state, run.rows);
    void this.goOn(run);
  }

  /** The run is about to be edited, or to move. */
  leave(): void {
    this.#entry = null;
  }

  /** The run is about to move. From x₀, F there is told, which is known, where nothing else was told of it. */
  depart(run: Run): void {
    this.leave();
    const measured = run.recipe.diagnostics.some(({ name }) => name === 'objective');
    if (this.#told > 0 || run.state.k > 0 || run.edits.length > 0 || !measured) return;
    this.#told = Date.now();
    this.#tell({ done: false, block: {}, run: { objective: run.objective() } });
  }

  async goOn(run: Run): Promise<void> {
    const own = ++this.#loops;
    for (;;) {
      await new Promise<void>(resolve => setImmediate(resolve));
      if (own !== this.#loops || !this.#stands(run)) return;
      const entry = this.#entry;
      const check = this.#check?.done ? null : this.#check;
      if (!entry && !check) return;
      works(this.#shared);
      try {
        if (entry) this.#look(entry);
        else for (const finding of check!.slice(SLICE_MS)) run.found(finding);
      } catch (error) {
        if (!(error instanceof Interrupted)) {
          this.#entry = null;
          this.#check = null;
          run.found(brokenFinding(error, run.state.k));
          return;
        }
        // Whoever asked for attention is heard before this goes on.
        attended(this.#shared);
      } finally {
        rests(this.#shared);
      }
    }
  }

  #look(entry: EntryLook): void {
    entry.slice(SLICE_MS);
    const now = Date.now();
    if (entry.done) this.#entry = null;
    else if (now - this.#told < TELL_MS + TELL_BLOCK_MS * entry.blocks) return;
    this.#told = now;
    this.#tell(entry.values);
  }
}
