import type { DebugProtocol } from '@vscode/debugprotocol';
import type { RunInfo } from '../../solver/wire/protocol.ts';
import * as say from '../errors.ts';
import { Args } from './args.ts';
import { BreakpointStore } from './breakpoint-store.ts';
import { ClientTraits } from './client-traits.ts';
import { MetricsFeed } from './metrics-feed.ts';
import { Progress } from './progress.ts';
import { RequestError } from './request-error.ts';
import { type Future, liveThread, type Run } from './run.ts';
import type { SolverClientLike } from './solver-client.ts';

export interface AdapterOptions {
  /** A new child; also for a restart. Throws a sentence where there can be none. */
  createSolver(): SolverClientLike;
  /** Where the client finds a run's listing; left out, it asks for the text by reference. */
  listingSource?(info: RunInfo): DebugProtocol.Source;
}

/** Sends an event. Those that tell of the run's movement wait for the response to the request that caused it. */
export type Emit = (event: string, body?: object) => void;

/** The reference by which a client without listing documents asks for the listing. */
export const listingReference = 1;

/** What all requests of one session share. */
export class Adapter {
  readonly options: AdapterOptions;
  readonly emit: Emit;
  readonly breakpoints = new BreakpointStore();
  readonly progress: Progress;
  readonly feed: MetricsFeed;
  client = new ClientTraits(new Args('initialize', {}));
  initialized = false;
  configured = false;
  noDebug = false;
  /** The run was not begun anew but goes on where another child was lost. */
  restored = false;
  /** The session was terminated or disconnected. */
  over = false;
  /** The present child, from before its run is loaded. */
  solver: SolverClientLike | null = null;
  run: Run | null = null;

  constructor(options: AdapterOptions, emit: Emit) {
    this.options = options;
    this.emit = emit;
    this.progress = new Progress(emit);
    this.feed = new MetricsFeed(emit);
  }

  /** The run, loaded; it may be running, or its child dead. */
  loaded(): Run {
    if (this.over) throw new RequestError(say.sessionOver());
    if (this.run !== null) return this.run;
    throw new RequestError(this.solver === null ? say.notLaunched() : say.stillLoading());
  }

  /** The run, loaded and with a child that answers. */
  alive(): Run {
    const run = this.loaded();
    if (run.exit !== null) throw new RequestError(say.hasEnded(run.k));
    return run;
  }

  /** The run, at a stop. */
  still(): Run {
    const run = this.alive();
    if (!run.begun) throw new RequestError(say.notConfigured());
    run.assertStill();
    return run;
  }

  /** null: the live thread. */
  future(thread: number): Future | null {
    if (thread === liveThread) return null;
    const future = this.run?.futures.find(known => known.thread === thread);
    if (future === undefined) throw new RequestError(say.unknownThread(thread));
    return future;
  }

  /** Where the client finds the run's listing. */
  listingSource(info: RunInfo): DebugProtocol.Source {
    return (
      this.options.listingSource?.(info) ?? {
        name: `${info.problem}.${info.method}.listing`,
        sourceReference: listingReference,
      }
    );
  }

  /** Lets go of the child, if there is one. */
  dispose(): void {
    this.progress.end();
    this.feed.stop();
    this.solver?.dispose();
    this.solver = null;
  }
}
