import { rowsOf } from '../../core/capability.ts';
import { commitSweep, withStart } from '../../core/commit.ts';
import type { StepStart } from '../../core/method.ts';
import type { Ordering } from '../../core/ordering.ts';
import type { State } from '../../core/state.ts';
import { MOST_UPDATES } from '../../kernels/sweep.ts';
import { registry } from '../../registry.ts';
import { find } from '../fitting.ts';
import type { Recipe } from '../recipe.ts';

/** Multiply-adds of one call at most: a few milliseconds, which a pause waits for. */
const WORK = 1 << 21;

/** The stepper, as far as a leap needs it. */
interface Steps {
  readonly recipe: Recipe;
  readonly state: State;
  /** What comes before the next update. */
  begin(): StepStart | null;
  /** The ordering that chooses the next blocks. */
  orderingAt(view: State): Ordering;
  invalidate(): void;
}

/** Makes several updates of single blocks in one call, to the bits of making them one by one. */
export class Leaper {
  readonly #steps: Steps;
  #ordering: { readonly name: string; readonly suits: boolean } | null = null;

  constructor(steps: Steps) {
    this.#steps = steps;
  }

  /** Can it, with this method and ordering? */
  get can(): boolean {
    const { recipe, state } = this.#steps;
    if (!recipe.method.sweep) return false;
    const { name } = state.ordering;
    if (this.#ordering?.name !== name) {
      const { sets, scored } = find(registry.orderings, name);
      this.#ordering = { name, suits: !sets && !scored };
    }
    return this.#ordering.suits;
  }

  /** Makes up to `most` updates of this sweep; `objective`: with F after each. Returns how many; 0: the next one must be made alone. */
  leap(most: number, objective: boolean): number {
    const { recipe, state } = this.#steps;
    const { problem, method } = recipe;
    const { sweep } = method;
    if (!sweep || !this.can) return 0;
    const start = this.#steps.begin();
    if (start && !isSilent(start)) return 0;
    const ordering = this.#steps.orderingAt(withStart(state, start));
    const limit = Math.min(most, MOST_UPDATES, Math.ceil(WORK / rowsOf(problem)));
    const count = nextInOrder(ordering, state, limit, sweep.updates.order);
    if (count === 0) return 0;
    const made = commitSweep(problem, state, method, start, count, objective, ordering.length);
    if (made > 0) this.#steps.invalidate();
    return made;
  }
}

/** Does it leave the points alone and cost no gradient, and is nothing told of it? */
function isSilent({ points, work, gradients, note, events = [] }: StepStart): boolean {
  for (const _ in points) return false;
  return work === 0 && gradients === 0 && note === null && events.length === 0;
}

/**
 * order ← the blocks that move next, up to `most` of them and to the sweep's end; fewer before one that is frozen or whose
 * step the user set. Returns how many.
 */
function nextInOrder(ordering: Ordering, state: State, most: number, order: Int32Array): number {
  const { sweep, place, frozen, stepOverride } = state;
  const { since } = state.ordering;
  const count = Math.min(most, ordering.length - place);
  for (let u = 0; u < count; u++) {
    const b = ordering.next(sweep, place + u, since, noScores)[0]!;
    if (frozen[b] === 1 || !Number.isNaN(stepOverride[b]!)) return u;
    order[u] = b;
  }
  return count;
}

/** An ordering that reads scores chooses each block from the state that the update before it left. */
function noScores(): never {
  throw new Error('an ordering by scores makes no leaps');
}
