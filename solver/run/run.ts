import type { BreakpointSet } from '../breakpoints/breakpointSet.ts';
import { PHASES, type Phase } from '../core/method.ts';
import type { Problem } from '../core/problem.ts';
import type { Point } from '../core/state.ts';
import { UserError } from '../modules/userError.ts';
import type { EditFact, Facts } from '../wire/facts.ts';
import type { BranchInfo, Edit, RecordedEdit } from '../wire/protocol.ts';
import type { Finding, Position, Stop, Until } from '../wire/run.ts';
import { DeviceLoss } from './device/deviceLoss.ts';
import { factsOf, noHooks, positionOf, type RunHooks } from './facts.ts';
import { Inspector } from './inspect/inspector.ts';
import { Measuring } from './measure/measuring.ts';
import { Objective } from './measure/objective.ts';
import type { Outcome } from './measure/stopping.ts';
import { metricNames, type Recipe } from './recipe.ts';
import { ROW_BUDGET, RowMemory } from './rows/rowMemory.ts';
import { Rows } from './rows/rows.ts';
import { type Goal, goalOf, Stops } from './stops.ts';
import type { Keyframe } from './time/keyframes.ts';
import { Timeline } from './time/timeline.ts';
import { Travel } from './time/travel.ts';
import { Stepper } from './update/stepper.ts';
import { UpdateLoop } from './update/updateLoop.ts';

/** Most updates between two looks at the clock. */
const LONGEST_INTERVAL = 1024;

/**
 * A run: the loop around the stepper, with its history, its findings and its stops. State at step k is a function of
 * recipe, edits and k; everything here but `edit` only decides which k to stand at and what to measure on the way.
 */
export class Run {
  readonly recipe: Recipe;
  readonly rows: Rows;
  readonly inspector: Inspector;
  readonly branches: BranchInfo[] = [];
  readonly #stepper: Stepper;
  readonly #timeline: Timeline;
  readonly #measuring: Measuring;
  readonly #loop: UpdateLoop;
  readonly #turn = (): Stop | null => this.#loop.turn(this.#goal);
  readonly #objective: Objective;
  readonly #hooks: RunHooks;
  readonly #stops: Stops;
  #goal: Goal = goalOf({ kind: 'end' }, { k: 0, sweep: 1 });
  readonly #travel: Travel;
  readonly #deviceLoss: DeviceLoss;

  /** `resume`: go on from a keyframe of another process; rows before it are not measured again. */
  constructor(
    recipe: Recipe,
    hooks: RunHooks = noHooks,
    resume: {
      readonly log: readonly EditFact[];
      readonly branches?: readonly BranchInfo[];
      readonly keyframe: Keyframe | null;
    } | null = null,
    /** Bytes of rows in memory; the oldest beyond them are written to a file. */
    rowBytes: number = ROW_BUDGET,
  ) {
    this.recipe = recipe;
    this.#hooks = hooks;
    this.#stepper = new Stepper(recipe);
    this.#objective = new Objective(recipe.problem, recipe.method.iterate);
    this.rows = rowsFor(recipe, resume?.keyframe?.state.k ?? 0, hooks, rowBytes);
    this.#measuring = new Measuring(this.#stepper, this.#objective, this.rows);
    this.#timeline = new Timeline(this.#stepper, this.#objective, this.#measuring);
    this.inspector = new Inspector(
      this.#stepper,
      this.#objective,
      this.rows,
      this.#measuring.bounds,
    );
    this.#stops = new Stops(this, this.inspector, hooks);
    this.#travel = new Travel(this, this.#timeline, this.#stops);
    this.#deviceLoss = new DeviceLoss(this, this.#stops);
    this.#loop = new UpdateLoop(
      this.#stepper,
      this.#measuring,
      this.#timeline,
      this.#objective,
      this.#stops,
      this.rows,
    );
    if (resume) {
      const memory = resume.keyframe?.memory ?? null;
      if (memory !== null) this.#measuring.resume(memory);
      this.#timeline.resume(resume.log, resume.keyframe);
      this.branches.push(...(resume.branches ?? []));
    }
    if (recipe.config.stopOnEntry || resume) this.#stops.show();
  }

  get findings(): readonly Finding[] {
    return this.#stops.findings;
  }

  get breakpoints(): BreakpointSet | null {
    return this.#stops.breakpoints;
  }

  set breakpoints(set: BreakpointSet | null) {
    this.#stops.breakpoints = set;
  }

  get problem(): Problem {
    return this.recipe.problem;
  }

  get edits(): readonly RecordedEdit[] {
    return this.#timeline.edits;
  }

  /** The edits with their sentences and the steps they hold from. */
  get log(): readonly EditFact[] {
    return this.#timeline.log;
  }

  /** What is in force where the run stands. */
  facts(): Facts {
    return factsOf(this.state, this.log, this.branches);
  }

  get outcome(): Outcome | null {
    return this.#measuring.outcome;
  }

  get state(): Stepper['state'] {
    return this.#stepper.state;
  }

  /** Last step that was computed on the live branch. */
  get end(): number {
    return Math.max(this.rows.end, this.state.k);
  }

  get seconds(): number {
    return this.#measuring.seconds;
  }

  /** F at the iterate. */
  objective(): number {
    return this.#objective.at(this.state.points[this.recipe.method.iterate] as Point);
  }

  position(): Position {
    const blocks = this.#stepper.shownBlocks().map(block => block.name);
    return positionOf(this.state, blocks, PHASES[this.#stops.phase] as Phase, this.end);
  }

  /** Sets how far `slice` goes. To the end from where a criterion ended the run: on past that criterion. */
  begin(until: Until): void {
    this.#travel.leave();
    if (until.kind === 'end' && this.outcome?.k === this.state.k) this.#measuring.goOn();
    this.#goal = goalOf(until, this.state);
  }

  /** Runs for about `milliseconds`; null: there is more to do. Throws `Interrupted` between and inside updates. */
  slice(milliseconds: number): Stop | null {
    const started = performance.now();
    let clock = started;
    let interval = 1;
    try {
      const lost = this.#deviceLoss.noticed();
      if (lost) return lost;
      for (let steps = 1; ; steps++) {
        const stop = this.#deviceLoss.guarded(this.#turn);
        if (stop) return stop;
        if (steps % interval !== 0) continue;
        const now = performance.now();
        this.#timeline.worked(now - clock);
        // Look at the clock about every millisecond, whatever an update costs.
        interval =
          now - clock < 1 ? Math.min(interval * 2, LONGEST_INTERVAL) : Math.max(interval >> 1, 1);
        clock = now;
        if (now - started > milliseconds) return null;
      }
    } catch (error) {
      if (error instanceof UserError) return this.#measuring.failed(error, this.#stops);
      throw error;
    } finally {
      this.#measuring.seconds += (performance.now() - started) / 1000;
    }
  }

  /** What a pause stops at. */
  paused(): Stop {
    this.#travel.leave();
    return this.#stops.stop('pause', '');
  }

  /** Goes towards step k for about `milliseconds`; null: not there yet. */
  travel(k: number, milliseconds: number): Stop | null {
    this.#stops.phase = 0;
    this.#loop.finish();
    return this.#deviceLoss.guarded(() => this.#travel.to(k, milliseconds));
  }

  /** Goes back towards the last step at which a breakpoint would have stopped, for about `milliseconds`; null: not there yet. */
  reverse(milliseconds: number): Stop | null {
    this.#stops.phase = 0;
    this.#loop.finish();
    return this.#deviceLoss.guarded(() => this.#travel.back(milliseconds));
  }

  /** Makes edits at the present step. In the past they fork: the steps that followed become a branch. The edits were checked. */
  edit(edits: readonly Edit[]): BranchInfo | null {
    this.#travel.leave();
    this.#loop.finish();
    const { k } = this.state;
    const past = k < this.rows.end ? this.#measuring : null;
    const text = past?.editPast(this.#timeline, k, edits) ?? this.#timeline.edit(edits);
    let branch: BranchInfo | null = null;
    this.#stops.phase = 0;
    if (this.rows.end > k) {
      branch = { id: `branch ${this.branches.length + 1}`, from: k, end: this.rows.end, text };
      this.branches.push(branch);
      // First the news, then the fork's fresh chunk: a mirror cuts its own rows before it takes the chunk over.
      this.#hooks.branch(branch);
      this.rows.fork(k);
      this.#measuring.cut(k);
      this.breakpoints?.rewind(k);
    }
    this.#stops.forget(k);
    this.#measuring.outcome = null;
    this.#hooks.edited();
    this.#stops.show();
    return branch;
  }

  /** The last update was made and is not measured yet: the run has not arrived at its step. */
  get measures(): boolean {
    return this.#measuring.pending;
  }

  /** A copy of the state for a restart after a crash; null while an update is not measured yet, or in the past. */
  keyframe(): Keyframe | null {
    if (this.#measuring.pending || this.state.k < this.rows.end) return null;
    return this.#timeline.snapshot();
  }

  /** Something that is our fault stopped the run; said, with nothing lost. */
  broken(error: unknown): Stop {
    return this.#measuring.failed(error, this.#stops);
  }

  /** Records a finding that was made outside the loop, while the problem was checked. */
  found(finding: Finding): void {
    if (this.recipe.config.findings[finding.name] !== undefined) this.#stops.found(finding);
  }
}

/** Empty rows for the recipe's metrics, the first of them step `from` + 1, of which `bytes` are held in memory. */
function rowsFor(recipe: Recipe, from: number, hooks: RunHooks, bytes: number): Rows {
  const trouble = (why: string) =>
    hooks.output(`Rows stay in memory, because they cannot be written to a file: ${why}.`);
  return Rows.create(
    metricNames(recipe, 'block'),
    metricNames(recipe, 'sweep'),
    from,
    new RowMemory(bytes, hooks.spilled, trouble, hooks.freed),
    hooks.chunk,
  );
}
