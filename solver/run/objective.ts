import type { Block, Problem } from '../core/problem.ts';
import type { Point } from '../core/state.ts';
import { SumTree } from '../core/sumTree.ts';

/** F = f + r of the iterate, with r kept as a tree over the blocks so that an update pays for its own block only. */
export class Objective {
  readonly #problem: Problem;
  readonly #penalties: SumTree;
  #stale = true;

  constructor(problem: Problem) {
    this.#problem = problem;
    this.#penalties = new SumTree(problem.blocks.length);
  }

  /** Call after a block of the iterate moved. */
  moved(x: Float64Array, block: Block): void {
    if (this.#stale) return;
    this.#penalties.set(block.index, this.#problem.penalty.value(x, block));
  }

  /** Call after the iterate changed otherwise. */
  replaced(): void {
    this.#stale = true;
  }

  /** F(x): the same bits however x was reached. */
  at(point: Point): number {
    if (this.#stale) {
      for (const block of this.#problem.blocks) {
        this.#penalties.set(block.index, this.#problem.penalty.value(point.x, block));
      }
      this.#stale = false;
    }
    return this.#problem.value(point.cache, point.x) + this.#penalties.sum;
  }
}
