import type { Ability } from '../../solver/wire/facts.ts';
import type {
  Calls,
  Edit,
  Position,
  RunConfig,
  RunInfo,
  Until,
} from '../../solver/wire/protocol.ts';
import { standsStill } from '../../solver/wire/state.ts';
import * as say from '../errors.ts';
import type { Origin } from './change.ts';
import { RunModel } from './model.ts';
import { type Source, SourceError } from './source.ts';

/** What a run is made of: a configuration that is computed, or a trace that was recorded. */
export type Origins = Calls['load']['params'];

/** Calls that only look. */
type Looking = 'variables' | 'metrics' | 'exportTrace';

/**
 * The one who commands a run's source, for every view: the debug adapter, the panel, the editor, commands. A command
 * says who gives it; what comes of it is told to all of them once. Refusals reject with a sentence for the user.
 */
export class RunClient extends RunModel {
  readonly #createSource: () => Source;
  /** What it was loaded from. */
  made: Origins | null = null;
  /** Rows up to here are not with the present source, which began at a keyframe. */
  #rowsFrom = 0;
  /** Branches of the sources before. */
  #oldBranches: ReadonlySet<string> = new Set();
  #waiting: (() => void)[] = [];

  /** `createSource`: a new one; also to go on after a crash. Throws a sentence where there can be none. */
  constructor(id: string, name: string, createSource: () => Source) {
    super(id, name);
    this.#createSource = createSource;
  }

  /** The configuration it was loaded with; null for a recorded trace. */
  get config(): RunConfig | null {
    return this.made !== null && 'config' in this.made ? this.made.config : null;
  }

  /** true, or one sentence why it cannot be done. */
  can(ability: Ability): true | string {
    return this.info?.abilities[ability] ?? say.notLaunched();
  }

  /** Throws the sentence of what this run cannot do. */
  require(...abilities: readonly Ability[]): void {
    for (const ability of abilities) {
      const can = this.can(ability);
      if (can !== true) throw new SourceError('refused', can);
    }
  }

  assertAlive(): void {
    if (this.source === null) throw new SourceError('state', say.sessionOver());
    if (this.exit !== null) throw new SourceError('state', say.hasEnded(this.k));
  }

  /** Throws the reason where the run does not stand still. */
  assertStill(): void {
    this.assertAlive();
    if (this.mover !== null) throw new SourceError('state', say.isRunning());
  }

  /** Loads the run in a new source. Its listeners hear of progress and prints meanwhile. */
  async load(made: Origins): Promise<void> {
    this.made = made;
    const source = this.#createSource();
    this.follow(source);
    const info = await source.call('load', made);
    this.history.begin(info);
    this.#loaded(info, false);
  }

  /** After a crash: a new source goes on with the run, from the newest state that its rows reach, at the step that was lost. */
  async recover(): Promise<void> {
    const { exit, config } = this;
    if (exit === null || config === null) throw new SourceError('state', say.notCrashed());
    const reached = ({ k }: { k: number }) => k <= this.history.end;
    const keyframe = this.keyframes.findLast(reached) ?? null;
    const { edits, branches } = this.facts;
    const { k } = this;
    const end = Math.max(k, this.history.end, this.position?.end ?? 0);
    const source = this.#createSource();
    this.source?.dispose();
    this.exit = null;
    this.ended = false;
    this.state = 'starting';
    this.text = say.restoring(k);
    this.follow(source);
    const restore = { config, edits, branches, keyframe, k, end };
    const info = await source.call('restore', restore);
    this.#rowsFrom = keyframe?.k ?? 0;
    this.#oldBranches = new Set(branches.map(({ id }) => id));
    this.#loaded(info, true);
  }

  #loaded(info: RunInfo, recovered: boolean): void {
    this.info = info;
    this.progress = null;
    this.text = '';
    this.tell({ kind: 'loaded', info, recovered });
  }

  /** The run is loaded, with its breakpoints set, and stands where it begins; told as a stop only where it stays there. */
  async enter(
    reason: 'entry' | 'goto' | null,
    text: (position: Position) => string,
  ): Promise<void> {
    this.assertAlive();
    const { position, facts } = await this.source!.call('position', {});
    const stop = { position, facts, finding: null, breakpoints: [] };
    if (reason !== null) this.stopped({ ...stop, reason, text: text(position) });
    else Object.assign(this, { position, facts });
  }

  /** Settles when the source has agreed; the stop follows. */
  resume(origin: Origin, until: Until): Promise<void> {
    const ability = {
      end: 'continue',
      steps: 'stepUpdate',
      sweep: 'stepSweep',
      phase: 'stepPhase',
    };
    this.require(ability[until.kind] as Ability);
    return this.#move(origin, source => source.call('resume', { until }));
  }

  /** Replays or computes to step k. */
  goTo(origin: Origin, k: number): Promise<void> {
    this.require('goTo');
    return this.#move(origin, source => source.call('goTo', { k }));
  }

  /** To the start of the present block update, and from there to the start of the one before. */
  stepBack(origin: Origin): Promise<void> {
    this.require('back');
    this.assertStill();
    const { k, phase } = this.position ?? { k: 0, phase: 'order' };
    if (k === 0 && phase === 'order') throw new SourceError('state', say.atTheStart());
    const to = phase === 'order' ? k - 1 : k;
    return this.#move(origin, source => source.call('goTo', { k: to }), true);
  }

  /** Back to the last place a breakpoint would have stopped at, else to the start. */
  reverse(origin: Origin): Promise<void> {
    this.require('back');
    return this.#move(origin, source => source.call('reverse', {}));
  }

  /** Answered at once; a run that stands still has told so. */
  async pause(): Promise<void> {
    this.assertAlive();
    if (this.mover === null) return;
    this.require('pause');
    await this.source!.call('pause', {});
  }

  /** Settles when the run stands still, however it came to. */
  async settled(): Promise<void> {
    while (this.mover !== null && this.exit === null && !this.ended) {
      await new Promise<void>(settle => {
        const subscription = this.onDidChange(() => {
          subscription.dispose();
          settle();
        });
      });
    }
  }

  async edit(origin: Origin, edits: readonly Edit[]): Promise<Calls['edit']['result']> {
    for (const edit of edits) this.require(abilityOf(edit));
    return this.#edits(origin, source => source.call('edit', { edits }));
  }

  /** One expression at the present position. In the console also an assignment, which is an edit. */
  evaluate(
    origin: Origin,
    params: Calls['evaluate']['params'],
  ): Promise<Calls['evaluate']['result']> {
    this.require('evaluate');
    return this.#edits(origin, source => source.call('evaluate', params));
  }

  async setBreakpoints(
    breakpoints: Calls['setBreakpoints']['params']['breakpoints'],
  ): Promise<Calls['setBreakpoints']['result']> {
    this.assertAlive();
    const result = await this.source!.call('setBreakpoints', { breakpoints });
    this.breakOn = new Set(
      breakpoints.flatMap(({ at }) => (at.kind === 'block' ? [at.block] : [])),
    );
    this.tell({ kind: 'breakpoints' });
    return result;
  }

  /** Asks the source something that changes nothing. */
  async ask<N extends Looking>(name: N, params: Calls[N]['params']): Promise<Calls[N]['result']> {
    this.assertAlive();
    return this.source!.call(name, params);
  }

  /** One metric over time. Rows that the present source never had, or of one that crashed, come from the history. */
  async series(params: Calls['series']['params']): Promise<Calls['series']['result']> {
    const { branch, metric, block, from, limit } = params;
    const old = this.#oldBranches.has(branch);
    if (this.exit === null && from >= this.#rowsFrom && !old) {
      this.assertAlive();
      return this.source!.call('series', params);
    }
    const held = this.exit === null && !old;
    const toK = held ? this.#rowsFrom : undefined;
    const known = this.history.series(metric, block, {
      branch,
      fromK: from,
      ...(toK === undefined ? {} : { toK }),
    });
    const count = Math.min(limit, known.k.length);
    const k = Float64Array.from(known.k.slice(0, count));
    const value = Float64Array.from(known.low.slice(0, count));
    return {
      k,
      value,
      more: count < known.k.length || (held && this.history.end > this.#rowsFrom),
    };
  }

  /** Ends a user's function that does not return. */
  async interrupt(): Promise<Position> {
    this.assertAlive();
    return (await this.source!.call('interrupt', {})).position;
  }

  /** Asks the source to end; it writes what it has to write first. */
  async terminate(): Promise<void> {
    if (this.exit === null) await this.source?.call('terminate', {});
  }

  lift(block: string | null): void {
    if (block === this.lifted) return;
    this.lifted = block;
    this.tell({ kind: 'lifted' });
  }

  /** Lets go of the source, if there is one. */
  dispose(): void {
    const { source } = this;
    this.source = null;
    this.mover = null;
    source?.dispose();
  }

  /** The session is over. A crash can still be recovered from. */
  end(): void {
    if (this.ended) return;
    this.ended = true;
    if (this.state !== 'crashed') {
      const said = standsStill(this.state) && this.state !== 'paused' ? this.text : '';
      this.text = say.traceRemains(said, this.history.end);
      this.state = 'trace';
    }
    this.tell({ kind: 'ended' });
  }

  protected override agreed(): void {
    for (const done of this.#waiting.splice(0)) done();
  }

  /**
   * Sets the run in motion. Settles when the source has agreed: when it answers, or says that it runs, whichever is
   * first, because a long replay answers at its end. A failure after that is told as a stop.
   */
  async #move(
    origin: Origin,
    move: (source: Source) => Promise<unknown>,
    asStep = false,
  ): Promise<void> {
    this.assertStill();
    const source = this.source!;
    this.mover = origin;
    this.asStep = asStep;
    let agreed = false;
    const moving = new Promise<void>(resolve => {
      this.#waiting.push(() => {
        agreed = true;
        resolve();
      });
    });
    const done = move(source).catch((error: unknown) => {
      if (!agreed || this.exit !== null) throw error;
      this.#failed(source, error);
    });
    done.catch(() => undefined);
    try {
      await Promise.race([done, moving]);
      agreed = true;
    } catch (error) {
      // It was refused: the run stands where it stood.
      if (this.source === source) this.mover = null;
      throw error;
    }
  }

  /** The command was answered long ago, so the reason is told at a stop; a run that has stopped meanwhile has said why. */
  #failed(source: Source, error: unknown): void {
    const { position, facts } = this;
    if (this.source !== source || this.mover === null || position === null) return;
    const text = error instanceof Error ? error.message : String(error);
    this.tell({ kind: 'output', output: { category: 'important', text } });
    this.stopped({ reason: 'failed', position, facts, text, finding: null, breakpoints: [] });
  }

  async #edits<T>(origin: Origin, make: (source: Source) => Promise<T>): Promise<T> {
    this.assertAlive();
    this.editors.push(origin);
    try {
      return await make(this.source!);
    } finally {
      this.editors.shift();
    }
  }
}

function abilityOf({ kind }: Edit): Ability {
  switch (kind) {
    case 'ordering':
      return 'editOrdering';
    case 'stepSize':
      return 'editStepSize';
    case 'frozen':
      return 'editFrozen';
    case 'value':
      return 'editValue';
    case 'parameter':
      return 'editParameter';
  }
}
