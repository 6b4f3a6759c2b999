import type { ExpressionScope } from '../../breakpoints/parse.ts';
import { sharpnessOf } from '../../core/capability.ts';
import { type Diagnostic, isOfUpdates } from '../../core/diagnostic.ts';
import type { Block } from '../../core/problem.ts';
import { type Point, trusted } from '../../core/state.ts';
import { registry } from '../../registry.ts';
import type { Bounds, Objective } from '../measure/objective.ts';
import { StepReading } from '../measure/reading.ts';
import type { Rows } from '../rows/rows.ts';
import type { Stepper } from '../update/stepper.ts';

/** The blocks by their names, made when one is first asked for. */
function byName(blocks: readonly Block[]): ReadonlyMap<string, Block> {
  const known = NAMED.get(blocks);
  if (known) return known;
  const named = new Map(blocks.map(block => [block.name, block]));
  NAMED.set(blocks, named);
  return named;
}
const NAMED = new WeakMap<readonly Block[], ReadonlyMap<string, Block>>();

/**
 * Looks at the run at its present step: any metric of any block at the present x, recorded values before it.
 * Looking changes nothing but the scratch of the next proposal, which is computed again.
 */
export class Inspector {
  readonly #stepper: Stepper;
  readonly #objective: Objective;
  readonly #rows: Rows;
  readonly #blocks: () => ReadonlyMap<string, Block>;
  readonly #metrics: ReadonlyMap<string, Diagnostic>;
  readonly #reading: StepReading;
  readonly #names: Pick<
    ExpressionScope,
    'blockNames' | 'metricNames' | 'orderingNames' | 'runMetricNames' | 'unrecorded'
  >;

  constructor(stepper: Stepper, objective: Objective, rows: Rows, bounds: Bounds) {
    const { problem, method, methodPart } = stepper.recipe;
    this.#stepper = stepper;
    this.#objective = objective;
    this.#rows = rows;
    const blocks = () => byName(problem.blocks);
    this.#blocks = blocks;
    const fitting: readonly Diagnostic[] = registry.diagnostics.filter(
      (part: Diagnostic) => part.fits(problem, methodPart) === null,
    );
    this.#metrics = new Map(fitting.map(part => [part.name, part]));
    this.#reading = new StepReading(
      problem,
      method,
      stepper.recipe.lipschitz,
      stepper.recipe.bulk,
      objective,
      bounds,
    );
    this.#names = {
      blockNames: {
        has: name => blocks().has(name),
        [Symbol.iterator]: () => blocks().keys(),
      },
      metricNames: new Set(this.#metrics.keys()),
      orderingNames: new Set(registry.orderings.map(part => part.name)),
      runMetricNames: new Set(fitting.filter(part => part.of === 'run').map(part => part.name)),
      unrecorded: this.unrecorded,
    };
  }

  /** Metrics that can be had here, measured at every step or not. */
  get metrics(): ReadonlyMap<string, Diagnostic> {
    return this.#metrics;
  }

  /** The blocks that move next; none where user code fails while they are chosen. */
  nextBlocks(): readonly Block[] {
    return this.#stepper.nextBlocks();
  }

  /** Before the next update: the current block is the first that moves next, or the one that is given. */
  before(block: Block | null = this.#stepper.nextBlock()): ExpressionScope {
    return this.#scope(block, false);
  }

  /** After the last update: the current block is the one that moved. */
  after(): ExpressionScope {
    const { k } = this.#stepper.state;
    const moved = this.#stepper.recipe.problem.blocks[this.#rows.value('block', k)] ?? null;
    return this.#scope(moved, true);
  }

  /** A metric at the present x. */
  metric(name: string, block: Block | null): number {
    const part = this.#metrics.get(name);
    if (!part) return Number.NaN;
    if (part.of === 'run') {
      this.#reading.committed(this.#stepper.state);
      return part.evaluate(this.#reading);
    }
    if (!block) return Number.NaN;
    if (part.when === 'commit') return this.#recordedOf(name, block, this.#stepper.state.k);
    const { view, proposal, entry } = this.#stepper.proposeFor(block);
    this.#reading.open(view, proposal, entry);
    return part.evaluate(this.#reading);
  }

  /** Is the metric among the rows of this run? */
  isRecorded({ name, cost }: Diagnostic): boolean {
    const { steps, sweeps } = this.#rows;
    return (cost === 'sweep' ? sweeps : steps).has(name);
  }

  /** Why the metric never has a value in this run, or none one update earlier (`before`), though it fits; null: it may have. */
  readonly unrecorded = (name: string, before: boolean): string | null => {
    const part = this.#metrics.get(name);
    if (!part || this.isRecorded(part)) return null;
    const remedy = 'add it to `diagnostics`.';
    if (before || isOfUpdates(part))
      return `${name} is not recorded in this run, and has no value of an update that was made; ${remedy}`;
    // Bounds are learnt in runs that record what is judged by them.
    if (part.needsBound !== true || this.#stepper.recipe.boundAtStart() > Number.NEGATIVE_INFINITY)
      return null;
    return `${name} is not recorded in this run, which therefore knows no lower bound of F; ${remedy}`;
  };

  /** Metrics that the block's next update would read, by name, all from one proposal. */
  blockMetrics(names: readonly string[], block: Block): Readonly<Record<string, number>> {
    const { view, proposal, entry } = this.#stepper.proposeFor(block);
    this.#reading.open(view, proposal, entry);
    const value = (name: string) => this.#metrics.get(name)?.evaluate(this.#reading) ?? Number.NaN;
    return Object.fromEntries(names.map(name => [name, value(name)]));
  }

  /** Exact ∇_b f at the point the block's next update would read. */
  gradient(block: Block): Float64Array {
    const { view, proposal, entry } = this.#stepper.proposeFor(block);
    this.#reading.open(view, proposal, entry);
    return this.#reading.gradient().slice(0, block.size);
  }

  sharpnessError(block: Block): number {
    const { problem, method } = this.#stepper.recipe;
    const point = this.#stepper.state.points[method.readPoint] as Point;
    const { x, cache } = trusted(problem, point);
    return sharpnessOf(problem, cache, x, block).error;
  }

  objective(): number {
    return this.#objective.at(this.#iterate());
  }

  blockNamed(name: string): Block | null {
    return this.#blocks().get(name) ?? null;
  }

  values(block: Block): Float64Array {
    return this.#iterate().x.subarray(block.start, block.start + block.size);
  }

  #scope(current: Block | null, moved: boolean): ExpressionScope {
    const stepper = this.#stepper;
    const { state } = stepper;
    const { k } = state;
    const find = (name: string | undefined): Block | null =>
      name === undefined ? current : (this.#blocks().get(name) ?? null);
    return {
      ...this.#names,
      k,
      sweep: moved ? this.#rows.value('sweep', k) : state.sweep,
      block: current?.name ?? '',
      ordering: state.ordering.name,
      metric: (name, block) => {
        const recorded =
          moved &&
          block === undefined &&
          this.#metrics.get(name)?.cost === 'block' &&
          this.#rows.steps.has(name);
        return recorded ? this.#rows.value(name, k) : this.metric(name, find(block));
      },
      previous: (name, block) => this.#previous(name, find(block), k, moved),
      values: block => {
        const found = this.#blocks().get(block);
        return found ? this.values(found) : new Float64Array(0);
      },
      parameter: name => this.parameters().get(name),
      parameterNames: new Set(this.parameters().keys()),
      blockSize: block => this.#blocks().get(block)?.size ?? 0,
      isFrozen: block => {
        const found = this.#blocks().get(block);
        return found !== undefined && state.frozen[found.index] === 1;
      },
    };
  }

  /** Method parameters and scalars by name. */
  parameters(): ReadonlyMap<string, number> {
    const { parameters, scalars } = this.#stepper.state;
    return new Map([...Object.entries(parameters), ...Object.entries(scalars)]);
  }

  /**
   * The value one update earlier: of the run before step k's update, of a block at its visit before the present one, which
   * was made at step k where it has just `moved`.
   */
  #previous(name: string, block: Block | null, k: number, moved: boolean): number {
    const part = this.#metrics.get(name);
    if (!part) return Number.NaN;
    if (part.cost === 'sweep') {
      const { sweeps } = this.#rows;
      const at = this.#rows.sweepRow(k + 1) - 1;
      const standing = at >= 0 && sweeps.get(0, at) === k ? at - 1 : at;
      return standing >= 0 ? sweeps.read(name, standing) : Number.NaN;
    }
    if (part.of === 'run') return this.#rows.value(name, k - 1);
    return block ? this.#recordedOf(name, block, moved ? k - 1 : k) : Number.NaN;
  }

  /** The metric's value at the block's last recorded visit among steps 1 … k. */
  #recordedOf(name: string, block: Block, k: number): number {
    const row = this.#lastVisit(block, k);
    return row < 0 ? Number.NaN : this.#rows.steps.read(name, row);
  }

  /** The row of the block's last recorded visit among steps 1 … k; −1 where there is none. */
  #lastVisit(block: Block, k: number): number {
    const { steps } = this.#rows;
    for (let row = this.#rows.row(k + 1) - 1; row >= steps.from; row--)
      if (steps.get(1, row) === block.index) return row;
    return -1;
  }

  /** Has the block an update among the rows up to the present step? */
  hasMoved(block: Block): boolean {
    return this.#lastVisit(block, this.#stepper.state.k) >= 0;
  }

  #iterate(): Point {
    const { state, recipe } = this.#stepper;
    return state.points[recipe.method.iterate] as Point;
  }
}
