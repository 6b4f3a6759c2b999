import type { Ability } from '../../solver/wire/facts.ts';
import type { Calls, Edit } from '../../solver/wire/protocol.ts';
import type { Position, RunConfig, RunInfo } from '../../solver/wire/run.ts';
import { standsStill } from '../../solver/wire/state.ts';
import * as say from '../errors.ts';
import { MovingRun } from './moving.ts';
import { type Origin, type Source, SourceError } from './source.ts';

/** Where a run comes from: a configuration to compute, or a recorded trace. */
export type Origins = Calls['load']['params'];

/** Calls that only look. */
type Looking = 'variables' | 'metrics' | 'exportTrace';

/**
 * Commands a run's source on behalf of every view: the debug adapter, the panel, the editor, commands. A command names
 * its origin, and its result is announced to all views once. Refusals reject with a sentence for the user.
 */
export class RunClient extends MovingRun {
  readonly #createSource: () => Source;
  /** What it was loaded from. */
  made: Origins | null = null;
  /** Rows up to this step are not in the current source, which began at a keyframe. */
  #rowsFrom = 0;
  /** Branches of the sources before. */
  #oldBranches: ReadonlySet<string> = new Set();

  /** `createSource`: a new one; also to go on after a crash. Throws a sentence where there can be none. */
  constructor(id: string, name: string, createSource: () => Source, historyBytes?: number) {
    super(id, name, historyBytes);
    this.#createSource = createSource;
  }

  /** The configuration it was loaded with; null for a recorded trace. */
  get config(): RunConfig | null {
    return this.made !== null && 'config' in this.made ? this.made.config : null;
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

  /** After a crash: a new source continues the run, replayed from the newest usable keyframe to the last known step. */
  async recover(): Promise<void> {
    const { exit, config } = this;
    if (exit === null || config === null) throw new SourceError('state', say.notCrashed());
    const { edits, branches } = this.facts;
    const { k } = this;
    const end = Math.max(k, this.history.end, this.position?.end ?? 0);
    // Its rows are here; and the last step is measured again, because what it ended with is no part of the state.
    const reached = (frame: { k: number }) => frame.k <= this.history.end && frame.k < end;
    const keyframe = this.keyframes.findLast(reached) ?? null;
    this.findings.lose(end);
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
    reason: 'entry' | 'pause' | 'goto' | null,
    text: (position: Position) => string,
  ): Promise<void> {
    this.assertAlive();
    const { position, facts } = await this.source!.call('position', {});
    const stop = { position, facts, finding: null, breakpoints: [] };
    if (reason !== null) this.stopped({ ...stop, reason, text: text(position) });
    else Object.assign(this, { position, facts });
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

  /** Queries the source without changing the run. */
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
    const thinned = this.history.rows(branch)?.isThinned(from) ? { thinned: true as const } : {};
    if (!held || count < known.k.length || count === limit) {
      const more = count < known.k.length || (held && this.history.end > this.#rowsFrom);
      return { k, value, more, ...thinned };
    }
    // What follows is with the present source.
    this.assertAlive();
    const rest = { ...params, from: this.#rowsFrom, limit: limit - count };
    const { more, ...found } = await this.source!.call('series', rest);
    return { k: joined(k, found.k), value: joined(value, found.value), more, ...thinned };
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

  /** Disposes of the source, if there is one. */
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
    case 'device':
      throw new Error('a run itself gives its device up');
  }
}

function joined(a: Float64Array, b: Float64Array): Float64Array {
  const whole = new Float64Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}
