import type { BreakpointSet, Hit } from '../breakpoints/breakpointSet.ts';
import { PHASES, type Phase } from '../core/method.ts';
import type { Block, Problem } from '../core/problem.ts';
import type { Point } from '../core/state.ts';
import { stateBytes } from '../core/state.ts';
import { diagnostics } from '../diagnostics/index.ts';
import { UserError } from '../modules/userError.ts';
import type {
  BranchInfo,
  Edit,
  Finding,
  Position,
  RecordedEdit,
  Stop,
  StopReason,
  Until,
} from '../wire/protocol.ts';
import type { Chunk } from './columns.ts';
import { Inspector } from './inspect.ts';
import type { Keyframe } from './keyframes.ts';
import { Objective } from './objective.ts';
import { StepReading } from './reading.ts';
import type { Recipe } from './recipe.ts';
import { Recorder } from './recorder.ts';
import type { TableName } from './rows.ts';
import { Rows } from './rows.ts';
import { Stepper } from './stepper.ts';
import { type Outcome, Stopping } from './stopping.ts';
import { Timeline } from './timeline.ts';

/** Most updates between two looks at the clock. */
const LONGEST_INTERVAL = 1024;

export interface RunHooks {
  readonly finding: (finding: Finding) => void;
  readonly branch: (branch: BranchInfo) => void;
  readonly edited: (edits: readonly RecordedEdit[]) => void;
  readonly output: (text: string) => void;
  readonly chunk: (table: TableName, chunk: Chunk) => void;
}

export const noHooks: RunHooks = {
  finding: () => {},
  branch: () => {},
  edited: () => {},
  output: () => {},
  chunk: () => {},
};

/**
 * A run: the loop around the stepper, with its history, its findings and its stops. State at step k is a function of
 * recipe, edits and k; everything here but `edit` only decides which k to stand at and what to measure on the way.
 */
export class Run {
  readonly recipe: Recipe;
  readonly rows: Rows;
  readonly inspector: Inspector;
  readonly findings: Finding[] = [];
  readonly branches: BranchInfo[] = [];
  breakpoints: BreakpointSet | null = null;
  readonly #stepper: Stepper;
  readonly #timeline: Timeline;
  readonly #recorder: Recorder;
  readonly #reading: StepReading;
  readonly #objective: Objective;
  readonly #stopping: Stopping;
  readonly #hooks: RunHooks;
  #phase = 0;
  #outcome: Outcome | null = null;
  /** The update that was made and whose row is not written yet. */
  #unwritten: {
    readonly block: Block;
    readonly sweep: number;
    readonly sweepEnds: boolean;
  } | null = null;
  /** The sweep that has ended and whose metrics are not measured yet. */
  #unmeasured = false;
  #bestBound: number;
  #until: Until = { kind: 'end' };
  #goal = 0;
  #goalSweep = 0;
  /** k and phase the user was last shown; its breakpoints do not stop again. */
  #shown: { k: number; phase: number } | null = null;
  #seconds = 0;

  /** `resume`: go on from a keyframe of another process; rows before it are not measured again. */
  constructor(
    recipe: Recipe,
    hooks: RunHooks = noHooks,
    resume: {
      readonly edits: readonly RecordedEdit[];
      readonly keyframe: Keyframe | null;
    } | null = null,
  ) {
    this.recipe = recipe;
    this.#hooks = hooks;
    const { problem, method } = recipe;
    this.#stepper = new Stepper(recipe);
    this.#objective = new Objective(problem);
    const metrics = (cost: 'block' | 'sweep') =>
      recipe.diagnostics.filter(part => part.cost === cost).map(part => part.name);
    this.rows = Rows.create(
      metrics('block'),
      metrics('sweep'),
      resume?.keyframe?.state.k ?? 0,
      hooks.chunk,
    );
    this.#bestBound = problem.lowerBound ?? Number.NEGATIVE_INFINITY;
    this.#reading = new StepReading(problem, method, this.#objective, F => this.#bound(F));
    this.#reading.committed(this.#stepper.state);
    const first = this.#objective.at(this.#iterate());
    this.#recorder = new Recorder(problem, recipe.diagnostics, this.#reading, this.rows, first);
    this.#timeline = new Timeline(this.#stepper, this.#objective);
    this.#stopping = new Stopping(
      recipe.stopWhen,
      {
        objectiveAtZero: problem.nullObjective ?? first,
        firstStationarity: this.#firstStationarity(),
      },
      stationarity,
    );
    this.inspector = new Inspector(this.#stepper, this.#objective, this.rows);
    if (resume) this.#timeline.resume(resume.edits, resume.keyframe);
    if (recipe.config.stopOnEntry || resume) this.show();
  }

  get problem(): Problem {
    return this.recipe.problem;
  }

  get edits(): readonly RecordedEdit[] {
    return this.#timeline.edits;
  }

  get outcome(): Outcome | null {
    return this.#outcome;
  }

  get state(): Stepper['state'] {
    return this.#stepper.state;
  }

  /** Last step that was computed on the live branch. */
  get end(): number {
    return Math.max(this.rows.end, this.state.k);
  }

  get seconds(): number {
    return this.#seconds;
  }

  /** F at the iterate. */
  objective(): number {
    return this.#objective.at(this.#iterate());
  }

  gap(): number {
    const { x, cache } = this.#iterate();
    return this.problem.gap ? this.problem.gap(cache, x) : Number.NaN;
  }

  passes(): number {
    return this.state.work / (this.problem.size * (this.problem.rows ?? 1));
  }

  position(): Position {
    const { state } = this;
    return {
      k: state.k,
      sweep: state.sweep,
      place: state.place,
      block: this.#stepper.nextBlock()?.name ?? '',
      phase: PHASES[this.#phase] as Phase,
      ordering: state.ordering.name,
      pendingOrdering: state.pendingOrdering?.name ?? null,
      end: this.end,
    };
  }

  /** Sets how far `slice` goes. */
  begin(until: Until): void {
    this.#until = until;
    this.#goal =
      until.kind === 'steps'
        ? this.state.k + until.count
        : until.kind === 'phase'
          ? this.state.k + 1
          : Number.POSITIVE_INFINITY;
    this.#goalSweep = until.kind === 'sweep' ? this.state.sweep + 1 : Number.POSITIVE_INFINITY;
  }

  /** The position counts as shown: its breakpoints do not stop the next `begin`. */
  show(): void {
    this.#shown = { k: this.state.k, phase: this.#phase };
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
      const stop = this.#failed(error);
      if (stop) return stop;
      throw error;
    } finally {
      this.#seconds += (performance.now() - started) / 1000;
    }
  }

  /** One update, or what is left of the last one; null: go on. */
  #advance(): Stop | null {
    const left = this.#finish();
    if (left) return left;
    const { state } = this;
    const outcome = this.#outcome;
    if (
      outcome &&
      state.k === outcome.k &&
      (this.#until.kind === 'end' || outcome.status === 'nonfinite' || outcome.status === 'failed')
    ) {
      return this.#stop(
        outcome.status,
        outcome.text,
        this.findings.find(finding => finding.text === outcome.text) ?? null,
      );
    }
    const before = this.#askBefore();
    if (before) return before;
    if (this.#until.kind === 'phase' && this.#phase < PHASES.length - 1) {
      this.#stepper.prepare();
      this.#phase++;
      return this.#stop('step', '');
    }
    if (state.k < this.rows.end) {
      const { block } = this.#stepper.commit();
      this.#objective.moved(this.#iterate().x, block);
      this.#timeline.arrived();
      this.#phase = 0;
      return this.#recorded(state.k) ?? this.#reached();
    }
    const prepared = this.#stepper.prepare();
    const bad = this.#recorder.read(state.k, prepared);
    if (bad) {
      this.#outcome = { status: 'nonfinite', k: state.k, text: bad.text };
      return this.#found(bad) ?? this.#stop('nonfinite', bad.text, bad);
    }
    const { sweep } = state;
    this.#stepper.commit();
    this.#phase = 0;
    if (prepared.start?.note) this.#hooks.output(prepared.start.note);
    this.#objective.moved(this.#iterate().x, prepared.block);
    this.#unwritten = { block: prepared.block, sweep, sweepEnds: prepared.sweepEnds };
    return this.#finish() ?? this.#reached();
  }

  /** Writes the row and measures the sweep of the update that was made. Interrupted, it is taken up again. */
  #finish(): Stop | null {
    const { state } = this;
    const unwritten = this.#unwritten;
    if (!unwritten && !this.#unmeasured) return null;
    let stop: Stop | null = null;
    if (unwritten) {
      const found = this.#recorder.written(this.#stepper, unwritten.block, unwritten.sweep);
      this.#unwritten = null;
      this.#unmeasured = unwritten.sweepEnds;
      this.#timeline.arrived();
      for (const finding of found) {
        stop = this.#found(finding) ?? stop;
        if (finding.name !== 'nonfinite') continue;
        this.#outcome = { status: 'nonfinite', k: state.k, text: finding.text };
        stop ??= this.#stop('nonfinite', finding.text, finding);
      }
      if (stop?.reason === 'nonfinite' || this.#outcome?.status === 'nonfinite') return stop;
      stop ??= this.#askAfter();
    }
    if (this.#unmeasured) {
      this.#reading.committed(state);
      this.#recorder.sweepWritten(state.k);
      const outcome = this.#stopping.atSweepEnd(state.k, this.#reading);
      this.#unmeasured = false;
      if (outcome) {
        this.#outcome = outcome;
        return this.#stop(outcome.status, outcome.text);
      }
      const stall = this.#recorder.sweepEnded(state.k);
      if (stall) stop = this.#found(stall) ?? stop;
    }
    const budget = this.#stopping.budget(state.k, state.sweep - 1, this.#seconds);
    if (!budget) return stop;
    this.#outcome = budget;
    return stop ?? this.#stop(budget.status, budget.text);
  }

  /** Findings that were made at a recorded step stop again when the run passes it. */
  #recorded(k: number): Stop | null {
    const after = this.#askAfter();
    if (after) return after;
    if (!this.breakpoints || this.breakpoints.isEmpty) return null;
    for (const finding of this.findings) {
      if (finding.k !== k) continue;
      const hit = this.breakpoints.onFinding(finding.name, this.inspector.after());
      const stop = this.#hit(hit, finding);
      if (stop) return stop;
    }
    return null;
  }

  #reached(): Stop | null {
    const { state } = this;
    if (state.k >= this.#goal || state.sweep >= this.#goalSweep) return this.#stop('step', '');
    return null;
  }

  #askBefore(): Stop | null {
    const { breakpoints } = this;
    if (!breakpoints || breakpoints.isEmpty) return null;
    const shown = this.#shown?.k === this.state.k ? this.#shown.phase : -1;
    this.#shown = null;
    const scope = this.inspector.before();
    if (shown < 0) {
      const stop = this.#hit(breakpoints.beforeUpdate(scope, this.state.place === 0), null);
      if (stop) return stop;
    }
    if (!breakpoints.wantsPhases) return null;
    const from = Math.max(this.#phase, shown + 1);
    const to = this.#until.kind === 'phase' ? from : PHASES.length - 1;
    for (let phase = from; phase <= to; phase++) {
      const hit = breakpoints.atPhase(PHASES[phase] as Phase, scope);
      if (!hit) continue;
      const held = this.#phase;
      this.#phase = phase;
      const stop = this.#hit(hit, null);
      if (stop) return stop;
      this.#phase = held;
    }
    return null;
  }

  #askAfter(): Stop | null {
    if (!this.breakpoints || this.breakpoints.isEmpty) return null;
    return this.#hit(this.breakpoints.afterUpdate(this.inspector.after()), null);
  }

  #found(finding: Finding): Stop | null {
    this.findings.push(finding);
    this.#hooks.finding(finding);
    if (!this.breakpoints || this.breakpoints.isEmpty) return null;
    return this.#hit(this.breakpoints.onFinding(finding.name, this.inspector.after()), finding);
  }

  #hit(hit: Hit | null, finding: Finding | null): Stop | null {
    if (!hit) return null;
    for (const log of hit.logs) this.#hooks.output(log);
    if (hit.ids.length === 0) return null;
    return { ...this.#stop(hit.reason, finding?.text ?? hit.text, finding), breakpoints: hit.ids };
  }

  #failed(error: unknown): Stop | null {
    if (!(error instanceof UserError)) return null;
    const { k } = this.state;
    const finding: Finding = {
      k: k + 1,
      name: 'userError',
      block: error.block,
      text: error.message,
      evidence: { term: error.term },
      stack: error.stack,
    };
    // Every step has its row: what could not be measured is NaN there.
    if (this.#unwritten) this.#recorder.unwritable(this.#unwritten.block, this.#unwritten.sweep);
    this.#unwritten = null;
    this.#unmeasured = false;
    this.#outcome = { status: 'failed', k, text: finding.text };
    return this.#found(finding) ?? this.#stop('failed', finding.text, finding);
  }

  #stop(reason: StopReason, text: string, finding: Finding | null = null): Stop {
    this.show();
    return { reason, position: this.position(), text, finding, breakpoints: [] };
  }

  /** What a pause stops at. */
  paused(): Stop {
    return this.#stop('pause', '');
  }

  /**
   * Goes towards step k for about `milliseconds`: back by keyframe and replay, forward beyond the end by computing.
   * null: not there yet.
   */
  travel(k: number, milliseconds: number): Stop | null {
    this.#phase = 0;
    if (!this.#unwritten && !this.#unmeasured) {
      const target = Math.min(k, this.rows.end);
      if (this.state.k > target || this.state.k < target) {
        if (!this.#timeline.replay(target, milliseconds)) return null;
        this.breakpoints?.rewind(this.state.k);
      }
    }
    if (this.state.k === k) return this.#stop('goto', '');
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

  /** The last step before the present one at which a breakpoint would have stopped; 0 if there is none. Leaves the run there. */
  reverse(): Stop {
    const target = this.#timeline.lastBefore(this.state.k, () => this.#wouldStop());
    this.#phase = 0;
    this.#timeline.replay(target, Number.POSITIVE_INFINITY);
    this.breakpoints?.rewind(this.state.k);
    return this.#stop(
      target === 0 ? 'goto' : 'breakpoint',
      target === 0 ? 'The start of the run.' : '',
    );
  }

  #wouldStop(): boolean {
    const { breakpoints } = this;
    if (!breakpoints || breakpoints.isEmpty) return false;
    return breakpoints.wouldStop(this.inspector.before(), this.state.place === 0);
  }

  /** Makes edits at the present step. In the past they fork: the old future becomes a branch. The edits were checked. */
  edit(edits: readonly Edit[], text: string): BranchInfo | null {
    const { k } = this.state;
    let branch: BranchInfo | null = null;
    this.#phase = 0;
    if (this.rows.end > k) {
      branch = { id: `branch ${this.branches.length + 1}`, from: k, end: this.rows.end, text };
      this.rows.fork(k);
      this.branches.push(branch);
      this.#hooks.branch(branch);
      this.findings.splice(
        0,
        this.findings.length,
        ...this.findings.filter(finding => finding.k <= k),
      );
      this.#recorder.rewatch();
      this.#bestBound = this.problem.lowerBound ?? Number.NEGATIVE_INFINITY;
      this.breakpoints?.rewind(k);
    }
    this.#outcome = null;
    this.#timeline.edit(edits);
    this.#hooks.edited(this.#timeline.edits);
    this.show();
    return branch;
  }

  /** A copy of the state for a restart after a crash, and its size; null while an update is not measured yet. */
  keyframe(): (Keyframe & { readonly bytes: number }) | null {
    if (this.#unwritten || this.#unmeasured || this.state.k < this.rows.end) return null;
    return { ...this.#timeline.snapshot(), bytes: stateBytes(this.state) };
  }

  /** Something that is our fault stopped the run; said, with nothing lost. */
  broken(error: unknown): Stop {
    const text = `The solver failed at step ${this.state.k}: ${error instanceof Error ? error.message : String(error)}`;
    if (this.#unwritten) this.#recorder.unwritable(this.#unwritten.block, this.#unwritten.sweep);
    this.#unwritten = null;
    this.#unmeasured = false;
    this.#outcome = { status: 'failed', k: this.state.k, text };
    return this.#stop('failed', text);
  }

  /** Records a finding that was made outside the loop, while the problem was checked. */
  found(finding: Finding): void {
    this.#found(finding);
  }

  #bound(F: number): number {
    const dual = this.problem.gap ? F - this.#reading.gap() : Number.NEGATIVE_INFINITY;
    this.#bestBound = Math.max(this.#bestBound, dual);
    return Number.isFinite(this.#bestBound) ? this.#bestBound : Math.min(F, this.#recorder.lowest);
  }

  #firstStationarity(): number {
    return this.recipe.stopWhen.relativeStationarity === undefined
      ? 1
      : stationarity(this.#reading);
  }

  #iterate(): Point {
    const point = this.state.points[this.recipe.method.iterate];
    if (!point) throw new Error('no iterate');
    return point;
  }
}

function stationarity(reading: StepReading): number {
  const part = diagnostics.find(candidate => candidate.name === 'stationarity');
  if (!part) throw new Error('no diagnostic stationarity');
  return part.evaluate(reading);
}
