import type { Ability } from '../../solver/wire/facts.ts';
import type { Until } from '../../solver/wire/run.ts';
import * as say from '../errors.ts';
import { RunModel } from './model.ts';
import { type Origin, type Source, SourceError } from './source.ts';

/** The ability that each kind of movement needs. */
const abilityUntil: Readonly<Record<Until['kind'], Ability>> = {
  end: 'continue',
  steps: 'stepUpdate',
  sweep: 'stepSweep',
  phase: 'stepPhase',
};

/** A run that executes one movement at a time: stepping, jumping, pausing, as its source's abilities allow. */
export abstract class MovingRun extends RunModel {
  /** Called when the source has taken up a movement. */
  #waiting: (() => void)[] = [];
  /** A pause was asked for before the run was loaded. */
  pausedEarly = false;

  /** true, or one sentence why it cannot be done. */
  can(ability: Ability): true | string {
    return this.info?.abilities[ability] ?? say.notLaunched();
  }

  /** Throws the reason if one of the abilities is missing. */
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

  /** Throws the reason if the run is not stopped. */
  assertStill(): void {
    this.assertAlive();
    if (this.mover !== null) throw new SourceError('state', say.isRunning());
  }

  /** Settles when the source has agreed; the stop follows. */
  resume(origin: Origin, until: Until): Promise<void> {
    this.require(abilityUntil[until.kind]);
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

  /** Answered at once; a run that stands still has told so. One that is still loaded will stop where it begins. */
  async pause(): Promise<void> {
    this.assertAlive();
    if (this.info === null) this.pausedEarly = true;
    if (this.mover === null) return;
    this.require('pause');
    await this.source!.call('pause', {});
  }

  /** Settles when the run has stopped, for whatever reason. */
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

  /** The command was already answered, so the reason is announced as a stop, unless the run has stopped meanwhile. */
  #failed(source: Source, error: unknown): void {
    const { position, facts } = this;
    if (this.source !== source || this.mover === null || position === null) return;
    const text = error instanceof Error ? error.message : String(error);
    this.tell({ kind: 'output', output: { category: 'important', text } });
    this.stopped({ reason: 'failed', position, facts, text, finding: null, breakpoints: [] });
  }
}
