import type { BreakpointSet } from '../breakpoints/breakpointSet.ts';
import { trusted } from '../core/drift.ts';
import { PHASES, type Phase } from '../core/method.ts';
import type { Problem } from '../core/problem.ts';
import { type Point, passEquivalents, stateBytes } from '../core/state.ts';
import { UserError } from '../modules/userError.ts';
import type { EditFact, Facts } from '../wire/facts.ts';
import type {
  BranchInfo,
  Edit,
  Finding,
  Position,
  RecordedEdit,
  Stop,
  Until,
} from '../wire/protocol.ts';
import { factsOf, positionOf } from './facts.ts';
import { type Goal, goalOf } from './goal.ts';
import { noHooks, type RunHooks } from './hooks.ts';
import { Inspector } from './inspect.ts';
import type { Keyframe } from './keyframes.ts';
import { Measuring } from './measuring.ts';
import { Objective } from './objective.ts';
import type { Recipe } from './recipe.ts';
import { rowsFor } from './recorder.ts';
import { Repetition } from './repetition.ts';
import { ROW_BUDGET } from './rowMemory.ts';
import type { Rows } from './rows.ts';
import { Stepper } from './stepper.ts';
import type { Outcome } from './stopping.ts';
import { type Cursor, Stops } from './stops.ts';
import { type BackwardSearch, Timeline } from './timeline.ts';

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
  readonly #repetition: Repetition;
  readonly #objective: Objective;
  readonly #hooks: RunHooks;
  readonly #cursor: Cursor;
  readonly #stops: Stops;
  #goal: Goal = goalOf({ kind: 'end' }, { k: 0, sweep: 1 });
  /** A search backwards that is under way, and what it found. */
  #search: (BackwardSearch & { found: number | null }) | null = null;

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
    this.#objective = new Objective(recipe.problem);
    this.rows = rowsFor(recipe, resume?.keyframe?.state.k ?? 0, hooks, rowBytes);
    this.#measuring = new Measuring(this.#stepper, this.#objective, this.rows);
    this.#repetition = new Repetition(recipe);
    this.#timeline = new Timeline(this.#stepper, this.#objective, this.#measuring);
    this.inspector = new Inspector(
      this.#stepper,
      this.#objective,
      this.rows,
      this.#measuring.bounds,
    );
    const run = this;
    this.#cursor = {
      phase: 0,
      get k() {
        return run.state.k;
      },
      get atSweepStart() {
        return run.state.place === 0;
      },
      position: () => this.position(),
      facts: () => this.facts(),
    };
    this.#stops = new Stops(this.#cursor, this.inspector, hooks);
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
    return factsOf(this.state, this.log, this.branches, this.#measuring.bounds.known(this.state.k));
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
    return this.#objective.at(this.#iterate());
  }

  gap(): number {
    const { x, cache } = trusted(this.problem, this.#iterate());
    return this.problem.certificate?.gap(cache, x) ?? Number.NaN;
  }

  passes(): number {
    return passEquivalents(this.problem, this.state);
  }

  position(): Position {
    const blocks = this.#stepper.nextBlocks().map(block => block.name);
    return positionOf(this.state, blocks, PHASES[this.#cursor.phase] as Phase, this.end);
  }

  /** Sets how far `slice` goes. To the end from where a criterion ended the run: on past that criterion. */
  begin(until: Until): void {
    this.#search = null;
    if (until.kind === 'end' && this.outcome?.k === this.state.k) this.#measuring.goOn();
    this.#goal = goalOf(until, this.state);
  }

  /** Runs for about `milliseconds`; null: there is more to do. Throws `Interrupted` between and inside updates. */
  slice(milliseconds: number): Stop | null {
    const started = performance.now();
    let clock = started;
    let interval = 1;
    try {
      for (let steps = 1; ; steps++) {
        const stop = this.#advance();
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

  /** One update, or what is left of the last one; null: go on. */
  #advance(): Stop | null {
    const left = this.#finish();
    if (left) return left;
    if (this.#timeline.applyDue()) this.#measuring.outcome = null;
    const { state } = this;
    const { outcome } = this;
    if (
      outcome &&
      state.k === outcome.k &&
      (this.#goal.until.kind === 'end' ||
        outcome.status === 'nonfinite' ||
        outcome.status === 'failed')
    ) {
      return this.#stops.stop(
        outcome.status,
        outcome.text,
        this.findings.find(finding => finding.text === outcome.text) ?? null,
      );
    }
    const before = this.#stops.before(this.#goal.until);
    if (before) return before;
    if (this.#goal.until.kind === 'phase' && this.#cursor.phase < PHASES.length - 1) {
      this.#stepper.prepare();
      this.#cursor.phase++;
      return this.#stops.stop('step', '');
    }
    if (state.k < this.rows.end) {
      this.#objective.updated(this.#stepper.commit());
      this.#cursor.phase = 0;
      this.#timeline.arrived();
      return this.#stops.after() ?? this.#stops.passed(state.k) ?? this.#reached();
    }
    const prepared = this.#stepper.prepare();
    const bad = this.#measuring.read(prepared);
    if (bad) return this.#stops.found(bad) ?? this.#stops.stop('nonfinite', bad.text, bad);
    const { sweep } = state;
    const odd = this.#repetition.look(state);
    this.#stepper.commit();
    this.#cursor.phase = 0;
    if (prepared.start?.note) this.#hooks.output(prepared.start.note);
    this.#objective.updated(prepared);
    this.#measuring.made(prepared, sweep);
    const stop = odd && this.#stops.found(odd);
    return this.#finish() ?? stop ?? this.#reached();
  }

  /** Measures what was made and not measured yet; then the run has arrived at its step. Interrupted, it is taken up again. */
  #finish(): Stop | null {
    if (!this.#measuring.pending) return null;
    const stop = this.#measuring.finish(this.#stops);
    // An edit at this step, of a run that is resumed, took the outcome back.
    if (this.#timeline.arrived()) this.#measuring.outcome = null;
    return stop;
  }

  #reached(): Stop | null {
    const { k, sweep } = this.state;
    return k >= this.#goal.k || sweep >= this.#goal.sweep ? this.#stops.stop('step', '') : null;
  }

  /** What a pause stops at. */
  paused(): Stop {
    this.#search = null;
    return this.#stops.stop('pause', '');
  }

  /**
   * Goes towards step k for about `milliseconds`: back by keyframe and replay, forward beyond the end by computing.
   * null: not there yet.
   */
  travel(k: number, milliseconds: number): Stop | null {
    this.#search = null;
    this.#cursor.phase = 0;
    this.#finish();
    this.#timeline.applyDue();
    const target = Math.min(k, this.rows.end);
    if (this.state.k !== target) {
      if (!this.#timeline.replay(target, milliseconds)) return null;
      this.breakpoints?.rewind(this.state.k);
    }
    if (this.state.k === k) return this.#stops.stop('goto', '');
    const breakpoints = this.breakpoints;
    this.breakpoints = null;
    try {
      this.begin({ kind: 'steps', count: k - this.state.k });
      const stop = this.slice(milliseconds);
      return stop?.reason === 'step' ? { ...stop, reason: 'goto' } : stop;
    } finally {
      this.breakpoints = breakpoints;
    }
  }

  /**
   * Goes for about `milliseconds` towards the last step before the present one at which a breakpoint would have stopped,
   * 0 if there is none. null: not there yet.
   */
  reverse(milliseconds: number): Stop | null {
    this.#cursor.phase = 0;
    this.#finish();
    this.#search ??= { end: this.state.k, last: null, found: this.#stops.canStopBefore ? null : 0 };
    const search = this.#search;
    search.found ??= this.#timeline.lookBack(search, () => this.#stops.would(), milliseconds);
    if (search.found === null || !this.#timeline.replay(search.found, milliseconds)) return null;
    this.#search = null;
    this.breakpoints?.rewind(this.state.k);
    return search.found === 0
      ? this.#stops.stop('goto', 'The start of the run.')
      : this.#stops.stop('breakpoint', '');
  }

  /** Makes edits at the present step. In the past they fork: the steps that followed become a branch. The edits were checked. */
  edit(edits: readonly Edit[]): BranchInfo | null {
    this.#finish();
    const { k } = this.state;
    const past = k < this.rows.end ? this.#measuring : null;
    const text = past?.editPast(this.#timeline, k, edits) ?? this.#timeline.edit(edits);
    let branch: BranchInfo | null = null;
    this.#cursor.phase = 0;
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

  /** Bytes a copy of the state takes. */
  get bytes(): number {
    return stateBytes(this.state);
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

  #iterate(): Point {
    const point = this.state.points[this.recipe.method.iterate];
    if (!point) throw new Error('no iterate');
    return point;
  }
}
