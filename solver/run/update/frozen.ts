import { rowsOf } from '../../core/capability.ts';
import type { Entry, Proposal } from '../../core/method.ts';
import type { Block } from '../../core/problem.ts';
import type { Point, State } from '../../core/state.ts';
import type { Recipe } from '../recipe.ts';

/** Proposals of sets in which blocks are frozen: of those the gradient is read and nothing moves, the others move as the method says. */
export class FrozenBlocks {
  readonly proposal: Proposal & { entries: Entry[] };
  readonly #recipe: Recipe;

  constructor(recipe: Recipe) {
    this.#recipe = recipe;
    this.proposal = {
      entries: [],
      read: { point: recipe.method.readPoint, sweep: 0, version: 0 },
      settled: [],
      tried: false,
      work: 0,
      gradients: 0,
      proxes: 0,
      values: 0,
    };
  }

  propose(view: State, blocks: readonly Block[]): Proposal {
    const { problem, method } = this.#recipe;
    const moving = blocks.filter(block => view.frozen[block.index] !== 1);
    const moved = moving.length === 0 ? null : method.propose(view, moving);
    const point = view.points[method.readPoint] as Point;
    let work = 0;
    let next = 0;
    const entries = blocks.map(block => {
      if (view.frozen[block.index] !== 1) return moved!.entries[next++]!;
      const gradient = new Float64Array(block.size);
      problem.gradient(point.cache, point.x, block, gradient);
      work += block.size * rowsOf(problem);
      return frozenEntry(block, gradient);
    });
    const { proposal } = this;
    proposal.read.sweep = view.sweep;
    proposal.read.version = view.k;
    proposal.entries = entries;
    return {
      ...proposal,
      settled: moved?.settled ?? [],
      tried: moved?.tried ?? false,
      work: work + (moved?.work ?? 0),
      gradients: blocks.length - moving.length + (moved?.gradients ?? 0),
      proxes: moved?.proxes ?? 0,
      values: moved?.values ?? 0,
    };
  }
}

function frozenEntry(block: Block, gradient: Float64Array): Entry {
  return {
    block,
    gradient,
    exact: true,
    batch: null,
    stepSize: Number.NaN,
    tried: false,
    moves: [],
    writes: [],
    marks: [],
  };
}
