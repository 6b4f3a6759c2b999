import type { DebugProtocol } from '@vscode/debugprotocol';
import type { BranchInfo } from '../../solver/wire/protocol.ts';
import type { RunInfo } from '../../solver/wire/run.ts';
import * as say from '../errors.ts';
import type { RunClient } from '../run/client.ts';
import type { Loaded } from '../run/model.ts';
import { Args, References, RequestError } from './args-and-references.ts';
import { BreakpointStore } from './breakpoint-store.ts';
import { ClientTraits, type Emit, Progress } from './client.ts';
import { MetricsFeed, type Outlet } from './outlet.ts';

export interface AdapterOptions {
  /** Creates the run to launch or restart, or returns the crashed run that this session recovers. */
  createRun(): RunClient;
  /** The document of a run's listing; left out, the client requests the text by reference. */
  listingSource?(info: RunInfo): DebugProtocol.Source;
}

/** The reference by which a client without listing documents asks for the listing. */
export const listingReference = 1;

/** Carries out one request and returns the response's body. A throw is the error reply. */
export type Request = (adapter: Adapter, args: Args) => Body | Promise<Body>;
/** A request without a body returns nothing. */
// biome-ignore lint/suspicious/noConfusingVoidType: handlers that return nothing are the many.
export type Body = object | undefined | void;
export type Requests = Readonly<Record<string, Request>>;

/** The live thread; one for each branch follows, in the order the branches were made. */
export const liveThread = 1;

/** A loaded run. */
export type SessionRun = Loaded<RunClient>;

/** State shared by all requests of a session: the run, and the references handed to the client. */
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
  /** The session was terminated or disconnected. */
  over = false;
  /** The present run, from before it is loaded. */
  run: RunClient | null = null;
  /**
   * Set while the run is loaded, with its breakpoints, but has not begun. `recovered`: it continues where the crash
   * interrupted it.
   */
  ready: { readonly recovered: boolean } | null = null;
  /** The run may move: both its launch and the client's configuration are done. */
  begun = false;
  readonly references = new References();
  /** Goto targets that were given out, by id: the step each stands for. */
  readonly targets = new Map<number, number>();

  constructor(options: AdapterOptions, emit: Emit, outlet: Outlet) {
    this.options = options;
    this.emit = emit;
    this.progress = new Progress(emit);
    this.feed = new MetricsFeed(emit, outlet);
  }

  /** The run, loaded; it may be running, or its source dead. */
  loaded(): SessionRun {
    if (this.over) throw new RequestError(say.sessionOver());
    if (this.run === null) throw new RequestError(say.notLaunched());
    if (this.run.info === null) throw new RequestError(say.stillLoading());
    return this.run as SessionRun;
  }

  /** The run, loaded and with a source that answers. */
  alive(): SessionRun {
    const run = this.loaded();
    run.assertAlive();
    return run;
  }

  /** The run, which may be commanded, though it may be running. */
  moving(): SessionRun {
    const run = this.alive();
    if (!this.begun) throw new RequestError(say.notConfigured());
    return run;
  }

  /** The run, at a stop. */
  still(): SessionRun {
    const run = this.moving();
    run.assertStill();
    return run;
  }

  /** null: the live thread. */
  branch(thread: number): BranchInfo | null {
    if (thread === liveThread) return null;
    const branch = this.run?.facts.branches[thread - liveThread - 1];
    if (branch === undefined) throw new RequestError(say.unknownThread(thread));
    return branch;
  }

  /** The run has moved: invalidates references to its previous position. */
  forget(): void {
    this.references.clear();
    this.targets.clear();
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

  /** Lets go of the run's source, if there is one. */
  dispose(): void {
    this.progress.end();
    this.feed.stop();
    this.run?.dispose();
  }
}
