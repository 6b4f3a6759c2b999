import { mappingCurvature, rowsOf } from '../../core/capability.ts';
import { commit, withStart } from '../../core/commit.ts';
import type { Entry, Proposal, StepStart } from '../../core/method.ts';
import { allAtOnce, type Ordering } from '../../core/ordering.ts';
import { type Block, type Cache, Interrupted } from '../../core/problem.ts';
import {
  isStale,
  newPoint,
  type OrderingChoice,
  type Point,
  type State,
} from '../../core/state.ts';
import { createOrdering, type Recipe } from '../recipe.ts';
import { firstState } from '../time/edits.ts';
import { FrozenBlocks } from './frozen.ts';
import { Leaper } from './leap.ts';

/** Before the first update the choice of its blocks may keep a run from showing where it stands for so long. */
const AT_START_MS = 50;

/** The next update, computed and not made. Holds until the next one is asked for. */
export interface Prepared {
  /** The set of blocks that moves, in its order, and the first of them. */
  readonly blocks: readonly Block[];
  readonly block: Block;
  readonly start: StepStart | null;
  /** The state with the sweep's start made: what the proposal was read from. */
  readonly view: State;
  readonly proposal: Proposal;
  /** Work of scoring all blocks for a greedy choice. */
  readonly scoring: number;
  readonly sweepEnds: boolean;
  /** Made, it moved a point. */
  readonly moved: boolean;
}

/** Order → propose → commit, on one state. Knows nothing of time, metrics or breakpoints. */
export class Stepper {
  readonly recipe: Recipe;
  /** Makes several updates in one call. */
  readonly leaper: Leaper = new Leaper(this);
  state: State;
  readonly #next: { -readonly [K in keyof Prepared]: Prepared[K] };
  /** `#next`, once it is computed. */
  #prepared: Prepared | null = null;
  /** The view and the set of `#next` are those of the present state, whatever became of its proposal. */
  #viewed = false;
  /** The choice of the first blocks was given up: it takes too long for a run that only shows where it stands. */
  #slow = false;
  /** The scores are those of the present state. */
  #scored = false;
  #scoredAt: Point | null = null;
  #choice: OrderingChoice | null = null;
  /** The blocks that `#ordering` orders; null: all. */
  #among: readonly number[] | null = null;
  #ordering: Ordering | null = null;
  /** What happens before the next update, once it is computed. */
  #start: StepStart | null | undefined;
  readonly #scores: Float64Array;
  readonly #set: Block[];
  readonly #frozen: FrozenBlocks;
  /** The array that holds the cache of each point, by its name. */
  readonly #homes: Record<string, Cache> = {};

  constructor(recipe: Recipe, state: State = firstState(recipe)) {
    this.recipe = recipe;
    this.#scores = new Float64Array(recipe.problem.blocks.length);
    this.state = state;
    this.#frozen = new FrozenBlocks(recipe);
    this.#set = [recipe.problem.blocks[0] as Block];
    this.#next = {
      blocks: this.#set,
      block: this.#set[0] as Block,
      start: null,
      view: this.state,
      proposal: this.#frozen.proposal,
      scoring: 0,
      sweepEnds: false,
      moved: false,
    };
  }

  /** The next update; computed once for a position. Throws what user code throws, and `Interrupted`. */
  prepare(): Prepared {
    if (this.#prepared) return this.#prepared;
    this.#viewed = false;
    const { state } = this;
    const next = this.#next;
    next.start = this.begin();
    next.view = withStart(state, next.start);
    next.scoring = 0;
    const ordering = this.orderingAt(next.view);
    const { since } = state.ordering;
    const indices = ordering.next(state.sweep, state.place, since, this.#scoreNext);
    const set = this.#set;
    // To set a length is slow even where it stays as it is.
    if (set.length !== indices.length) set.length = indices.length;
    for (let i = 0; i < indices.length; i++)
      set[i] = this.recipe.problem.blocks[indices[i] as number] as Block;
    next.block = set[0] as Block;
    next.proposal = this.#propose(next.view, set);
    next.sweepEnds = state.place + 1 >= ordering.length;
    this.#prepared = next;
    this.#viewed = true;
    this.#slow = false;
    return next;
  }

  /** The scores that the ordering chooses the next block by, and their work. */
  readonly #scoreNext = (): Float64Array => {
    const { problem } = this.recipe;
    this.#next.scoring = problem.size * rowsOf(problem);
    return this.#score(this.#next.view);
  };

  /** The blocks that move next; none where user code fails while they are chosen. Throws `Interrupted`. */
  nextBlocks(): readonly Block[] {
    if (this.#prepared) return this.#prepared.blocks;
    const { state } = this;
    const { problem } = this.recipe;
    try {
      // Which blocks there are to order, only the start of the sweep may tell.
      const view = this.recipe.method.working ? withStart(state, this.begin()) : state;
      return this.orderingAt(view)
        .next(state.sweep, state.place, state.ordering.since, () =>
          this.#score(withStart(state, this.begin())),
        )
        .map(index => problem.blocks[index] as Block);
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      return [];
    }
  }

  /**
   * The same for showing where the run stands; none where it is interrupted, and none before the first update where slow
   * functions would have to be asked of every block.
   */
  shownBlocks(): readonly Block[] {
    if (this.#slow) return [];
    try {
      if (this.state.k > 0) return this.nextBlocks();
      return this.recipe.patience.within(AT_START_MS, () => this.nextBlocks());
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      this.#slow = this.state.k === 0;
      return [];
    }
  }

  /** The first of the blocks that move next. */
  nextBlock(): Block | null {
    return this.nextBlocks()[0] ?? null;
  }

  /** What would happen if this block moved now, alone where it is not one of those that move; pure. The prepared update is computed again when it is asked for. */
  proposeFor(block: Block): {
    readonly view: State;
    readonly proposal: Proposal;
    readonly entry: Entry;
  } {
    const set = this.#set;
    const moves = () => set[block.index] === block || set.includes(block);
    if (!this.#viewed || moves()) this.prepare();
    const { view, proposal } = this.#next;
    if (moves()) {
      const { entries } = proposal;
      const at = entries[block.index]?.block === block ? block.index : -1;
      const entry = entries[at] ?? entries.find(candidate => candidate.block === block);
      if (entry) return { view, proposal, entry };
    }
    // The arrays of the prepared update are about to be used again, also where the other proposal fails half-way.
    this.#prepared = null;
    const alone = this.#propose(view, [block]);
    return { view, proposal: alone, entry: alone.entries[0] as Entry };
  }

  /** Makes the prepared update. */
  commit(): Prepared {
    this.prepare();
    const next = this.#next;
    next.moved = commit(
      this.recipe.problem,
      this.state,
      next.start,
      next.proposal,
      next.scoring,
      next.sweepEnds,
    );
    this.invalidate();
    return next;
  }

  /** The state was replaced or edited. */
  invalidate(): void {
    this.#prepared = null;
    this.#viewed = false;
    this.#scored = false;
    this.#slow = false;
    this.#start = undefined;
  }

  orderingAt(view: State): Ordering {
    const { ordering: choice } = this.state;
    const { method, methodPart } = this.recipe;
    const among = method.working?.(view) ?? null;
    if (this.#ordering === null || this.#choice !== choice || this.#among !== among) {
      const ordering = createOrdering(this.recipe, choice.name, choice.options, among);
      this.#ordering = methodPart.wholeVector ? allAtOnce(ordering) : ordering;
      this.#choice = choice;
      this.#among = among;
    }
    return this.#ordering;
  }

  #propose(view: State, blocks: readonly Block[]): Proposal {
    let frozen = 0;
    for (let i = 0; i < blocks.length; i++) frozen += view.frozen[blocks[i]!.index]!;
    const { method } = this.recipe;
    return frozen === 0 ? method.propose(view, blocks) : this.#frozen.propose(view, blocks);
  }

  /** Caches computed afresh where they have drifted; on them, before a sweep, what the method does there. Computed once. */
  begin(): StepStart | null {
    if (this.#start === undefined) this.#start = this.#started();
    return this.#start;
  }

  #started(): StepStart | null {
    const { state } = this;
    const { problem, method } = this.recipe;
    let refreshed: Record<string, Point> | null = null;
    for (const name in state.points) {
      const point = state.points[name]!;
      this.#bringHome(name, point);
      if (!isStale(point)) continue;
      refreshed ??= {};
      refreshed[name] = newPoint(problem, point.x);
    }
    const refresh: StepStart | null = refreshed && {
      points: refreshed,
      vectors: {},
      scalars: {},
      work: 0,
      gradients: 0,
      note: null,
    };
    const begins = state.place === 0 ? method.beginSweep : null;
    const begun = begins?.(withStart(state, refresh)) ?? null;
    if (!begun) return refresh;
    return { ...begun, points: { ...refreshed, ...begun.points } };
  }

  /** Moves a point's cache to where the kernels reach it fast; its numbers stay what they are. */
  #bringHome(name: string, point: Point): void {
    let home = this.#homes[name];
    if (home === point.cache) return;
    if (home?.length !== point.cache.length) {
      home = this.recipe.backend.kernels.array(point.cache.length);
      this.#homes[name] = home;
    }
    home.set(point.cache);
    point.cache = home;
  }

  readonly #curvatureThere = (block: Block): number => {
    const { cache, x } = this.#scoredAt as Point;
    return mappingCurvature(this.recipe.problem, cache, x, block, this.recipe.lipschitz);
  };

  /** ‖prox_{r_b/L_b}(x_b − ∇_b f/L_b) − x_b‖₂ of every block at the read point. */
  #score(view: State): Float64Array {
    if (this.#scored) return this.#scores;
    const point = view.points[this.recipe.method.readPoint] as Point;
    const { frozen } = view;
    this.#scoredAt = point;
    this.recipe.bulk.moves(point.cache, point.x, this.#curvatureThere, this.#scores, frozen);
    // A frozen block cannot move, so it is never the one that would move farthest while another moves at all.
    for (let b = 0; b < frozen.length; b++) if (frozen[b] === 1) this.#scores[b] = 0;
    this.#scored = true;
    return this.#scores;
  }
}
