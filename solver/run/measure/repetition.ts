import type { Block } from '../../core/problem.ts';
import type { State } from '../../core/state.ts';
import { differentBits, notDeterministic } from '../../modules/check.ts';
import { inDomain } from '../../modules/faults.ts';
import type { Finding } from '../../wire/run.ts';
import type { Recipe } from '../recipe.ts';

/** What a module's functions gave at a point of the run. */
interface Seen {
  readonly x: Float64Array;
  readonly block: Block;
  readonly value: number;
  readonly gradient: Float64Array;
}

/** A prime, so that no ordering's sweep hides blocks from it. */
const EVERY = 61;

/**
 * Asks a module's functions again what they gave at points the run has visited: at steps 1, 2, 4, … and every 61st, one
 * block each, at once and once more at the next such step. A function that keeps a memory of other calls shows then. It
 * costs less than a twelfth of the run's gradients, changes nothing, and speaks once.
 */
export class Repetition {
  readonly #recipe: Recipe;
  #seen: Seen | null = null;
  /** It has spoken, or there is no module to ask. */
  #done: boolean;

  constructor(recipe: Recipe) {
    this.#recipe = recipe;
    this.#done = recipe.config.problem.kind !== 'module';
  }

  /** Looks at the state before its next update; null where nothing is wrong, or where it is not time to look. */
  look(state: State): Finding | null {
    if (this.#done) return null;
    const { problem, method } = this.#recipe;
    const { k } = state;
    const isTime = k > 0 && ((k & (k - 1)) === 0 || k % EVERY === 0);
    if (!isTime) return null;
    const before = this.#seen;
    const again = before && this.#evaluate(before.x, before.block);
    const x = state.points[method.iterate]!.x.slice();
    const block = problem.blocks[k % problem.blocks.length]!;
    const first = this.#evaluate(x, block);
    const second = this.#evaluate(x, block);
    this.#seen = first;
    const odd = difference(before, again, k) ?? difference(first, second, k);
    if (odd) this.#done = true;
    return odd;
  }

  /** null where user code throws: a run that gets there tells it. */
  #evaluate(x: Float64Array, block: Block): Seen | null {
    const { problem } = this.#recipe;
    return inDomain(() => {
      const cache = problem.newCache(x);
      const gradient = new Float64Array(block.size);
      const value = problem.value(cache, x);
      problem.gradient(cache, x, block, gradient);
      return { x, block, value, gradient };
    });
  }
}

function difference(a: Seen | null, b: Seen | null, k: number): Finding | null {
  if (a === null || b === null) return null;
  return Object.is(a.value, b.value)
    ? differentBits(a.gradient, b.gradient, a.block, k)
    : notDeterministic('value', null, a.value, b.value, k);
}
