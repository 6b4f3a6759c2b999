import type {
  BranchInfo,
  CallName,
  Calls,
  KeyframeView,
  Position,
  RecordedEdit,
  RunConfig,
  RunInfo,
  Stop,
} from '../../solver/wire/protocol.ts';
import { hasEnded, isRunning } from '../errors.ts';
import { References } from './references.ts';
import { RequestError } from './request-error.ts';
import type { SolverClientLike, SolverExit } from './solver-client.ts';

/** The live thread; abandoned futures follow. */
export const liveThread = 1;

/** An abandoned future, and the thread it is shown as. */
export interface Future extends BranchInfo {
  readonly thread: number;
}

/** A loaded run: its child, and what is known of where it stands. */
export class Run {
  readonly config: RunConfig;
  readonly info: RunInfo;
  readonly references = new References();
  /** Goto targets that were given out, by id: the step each stands for. */
  readonly targets = new Map<number, number>();
  /** Loaded, with its breakpoints set, and not begun yet. */
  ready = false;
  /** It may move: both its launch and the client's configuration are done. */
  begun = false;
  running = false;
  position: Position | null = null;
  stop: Stop | null = null;
  edits: readonly RecordedEdit[] = [];
  futures: readonly Future[] = [];
  /** The newest copy of the state that the child sent: what a new child goes on from. */
  keyframe: KeyframeView | null = null;
  /** Set when the child ended without being asked to. */
  exit: SolverExit | null = null;
  readonly #solver: SolverClientLike;
  #onRunning: (() => void)[] = [];
  #stepping = false;

  constructor(config: RunConfig, info: RunInfo, solver: SolverClientLike) {
    this.config = config;
    this.info = info;
    this.#solver = solver;
  }

  get pid(): number | undefined {
    return this.#solver.pid;
  }

  /** The last step known to be done. */
  get k(): number {
    return Math.max(this.exit?.k ?? 0, this.position?.k ?? 0);
  }

  call<N extends CallName>(name: N, params: Calls[N]['params']): Promise<Calls[N]['result']> {
    if (this.exit !== null) return Promise.reject(new RequestError(hasEnded(this.k)));
    return this.#solver.call(name, params);
  }

  /** Throws the reason where the run does not stand still. */
  assertStill(): void {
    if (this.exit !== null) throw new RequestError(hasEnded(this.k));
    if (this.running) throw new RequestError(isRunning());
  }

  /** It moves from here on, until `stopped`. `stepping`: a jump that the client asked for as a step. */
  started(stepping = false): void {
    this.running = true;
    this.#stepping = stepping;
  }

  /** The child says that it runs. Returns whether that is news: nobody here asked it to. */
  hearRunning(): boolean {
    for (const done of this.#onRunning.splice(0)) done();
    if (this.running) return false;
    this.started();
    return true;
  }

  /** Resolves when the child next says that it runs. */
  nextRunning(): Promise<void> {
    return new Promise(resolve => {
      this.#onRunning.push(resolve);
    });
  }

  /** Returns the stop as the client asked for it. */
  stopped(stop: Stop): Stop {
    this.running = false;
    this.stop = stop.reason === 'goto' && this.#stepping ? { ...stop, reason: 'step' } : stop;
    this.#stepping = false;
    this.stands(stop.position);
    return this.stop;
  }

  stands(position: Position): void {
    this.position = position;
    this.references.clear();
    this.targets.clear();
  }

  /** What a new child needs to go on after a crash. */
  restore(): { readonly edits: readonly RecordedEdit[]; readonly keyframe: KeyframeView | null } {
    return { edits: this.edits, keyframe: this.keyframe };
  }

  addFuture(branch: BranchInfo): Future {
    // A state of the abandoned future is none of this run's.
    if (this.keyframe !== null && this.keyframe.k > branch.from) this.keyframe = null;
    const future = { ...branch, thread: liveThread + 1 + this.futures.length };
    this.futures = [...this.futures, future];
    return future;
  }
}
