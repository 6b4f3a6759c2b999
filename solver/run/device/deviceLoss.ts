import type { State } from '../../core/state.ts';
import { Lost } from '../../kernels/products.ts';
import type { Edit } from '../../wire/protocol.ts';
import type { Stop } from '../../wire/run.ts';
import type { Recipe } from '../recipe.ts';
import type { Stops } from '../stops.ts';

/** The run whose device may be lost. */
interface Computing {
  readonly state: State;
  readonly recipe: Recipe;
  edit(edits: readonly Edit[]): unknown;
}

/**
 * A device that was lost, or found wrong, is given up by an edit at the step that needed it: what was computed before stays,
 * and from there on the processor computes. So a state remains a function of recipe, edits and k. In the past, where the
 * device's steps cannot be computed again, the edit forks as every other one.
 */
export class DeviceLoss {
  readonly #run: Computing;
  readonly #stops: Stops;
  #told = false;

  constructor(run: Computing, stops: Stops) {
    this.#run = run;
    this.#stops = stops;
  }

  /** What the work gives; null, to ask again, where the device was lost in it. */
  guarded(work: () => Stop | null): Stop | null {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof Lost)) throw error;
      return this.#giveUp(error.message);
    }
  }

  /** A device that was lost where its results only spare work is given up too; a stop, if the finding is one. */
  noticed(): Stop | null {
    const { products } = this.#run.recipe.backend.kernels;
    return this.#told || products === null || products.trouble === null
      ? null
      : this.#giveUp(products.trouble);
  }

  #giveUp(why: string): Stop | null {
    const { k, device } = this.#run.state;
    if (device) this.#run.edit([{ kind: 'device', why }]);
    this.#told = true;
    return this.#stops.found({
      k,
      name: 'deviceLost',
      block: null,
      text: `The graphics device was given up at step ${k}, because ${why}; the processor computes from here, in float64.`,
      evidence: { why },
    });
  }
}
