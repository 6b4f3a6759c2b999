import type { Block } from '../../core/problem.ts';
import type { State } from '../../core/state.ts';
import { UserError } from '../../modules/userError.ts';
import type { EntryValues } from '../../wire/run.ts';
import { Inspector } from '../inspect/inspector.ts';
import type { Recipe } from '../recipe.ts';
import type { Rows } from '../rows/rows.ts';
import { Stepper } from '../update/stepper.ts';
import { Bounds, Objective } from './objective.ts';

/**
 * The chosen metrics at x₀, as `evaluate` gives them there: of each block what its own update would read if it moved next,
 * which is one gradient of each block, and of the run what stands. Looks beside the run, by a method of its own, and changes
 * nothing of it. Interrupted, it goes on with the block it was at.
 */
export class EntryLook {
  readonly #stepper: Stepper;
  readonly #inspector: Inspector;
  readonly #blocks: readonly Block[];
  /** The blocks in the order they are looked at: those that move next first, because they are proposed with the choice. */
  #order: readonly Block[] | null = null;
  readonly #ofBlock: Readonly<Record<string, Float64Array>>;
  readonly #ofRun: Record<string, number>;
  readonly #runNames: readonly string[];
  /** Blocks that were looked at, then metrics of the run. */
  #done = 0;

  /** `state`: the run's own at step 0, which is only read, and must not be stepped while this looks. */
  constructor(recipe: Recipe, state: State, rows: Rows) {
    const { problem } = recipe;
    this.#stepper = new Stepper({ ...recipe, method: recipe.newMethod() }, state);
    const objective = new Objective(problem, recipe.method.iterate);
    const bounds = new Bounds(recipe.boundAtStart);
    this.#inspector = new Inspector(this.#stepper, objective, rows, bounds);
    this.#blocks = problem.blocks;
    const names = (of: 'block' | 'run') =>
      recipe.diagnostics
        .filter(part => part.of === of && (of === 'run' || part.when === 'read'))
        .map(({ name }) => name);
    const unknown = () => new Float64Array(problem.blocks.length).fill(Number.NaN);
    this.#ofBlock = Object.fromEntries(names('block').map(name => [name, unknown()]));
    this.#runNames = names('run');
    this.#ofRun = Object.fromEntries(this.#runNames.map(name => [name, Number.NaN]));
  }

  /** How many blocks it looks at. */
  get blocks(): number {
    return this.#blocks.length;
  }

  get done(): boolean {
    return this.#done === this.#blocks.length + this.#runNames.length;
  }

  /** What is known so far, a copy; NaN where it is not. */
  get values(): EntryValues {
    const columns = Object.entries(this.#ofBlock).map(([name, of]) => [name, of.slice()] as const);
    return { done: this.done, block: Object.fromEntries(columns), run: { ...this.#ofRun } };
  }

  /** Looks for about `milliseconds`, at one thing at least. Throws `Interrupted`. */
  slice(milliseconds: number): void {
    const started = performance.now();
    while (!this.done) {
      try {
        this.#look();
      } catch (error) {
        // What a user's function fails with is told when the run gets there; here it leaves the value unknown.
        if (!(error instanceof UserError)) throw error;
      }
      this.#done++;
      if (performance.now() - started > milliseconds) return;
    }
  }

  #look(): void {
    if (this.#done < this.#blocks.length) {
      this.#order ??= this.#inOrder();
      const block = this.#order[this.#done] as Block;
      const values = this.#inspector.blockMetrics(Object.keys(this.#ofBlock), block);
      for (const [name, value] of Object.entries(values)) this.#ofBlock[name]![block.index] = value;
      return;
    }
    const name = this.#runNames[this.#done - this.#blocks.length]!;
    this.#ofRun[name] = this.#inspector.metric(name, null);
  }

  #inOrder(): readonly Block[] {
    const moving = new Set(this.#stepper.prepare().blocks);
    return [...moving, ...this.#blocks.filter(block => !moving.has(block))];
  }
}
