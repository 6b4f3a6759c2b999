import type { RunState } from '../solver/wire/panel.ts';
import type {
  BranchInfo,
  CallName,
  Calls,
  Events,
  Finding,
  MetricsBatch,
  Position,
  RecordedEdit,
  RunConfig,
  RunInfo,
  Stop,
} from '../solver/wire/protocol.ts';
import type { SolverClientLike } from './adapter/solver-client.ts';
import { Emitter } from './emitter.ts';
import { History } from './history.ts';
import { sessionOver } from './messages.ts';
import type { RunView } from './panel/panel.ts';
import { standsStill, stateAfter } from './session-state.ts';

/** Rows asked for at a time when the child has more than it sent. */
const rowsAtATime = 20_000;

/**
 * One run, as the extension host knows it: a mirror of what the child says, and the way to speak to the child.
 * It decides nothing: the debug adapter and the child do. Knows no vscode.
 */
export class RunSession implements RunView {
  readonly id: string;
  readonly name: string;
  readonly config: RunConfig;
  readonly history = new History();
  info: RunInfo | null = null;
  state: RunState = 'starting';
  text = '';
  progress: number | null = null;
  position: Position | null = null;
  stop: Stop | null = null;
  edits: readonly RecordedEdit[] = [];
  readonly findings: Finding[] = [];
  readonly branches: BranchInfo[] = [];
  readonly breakpointHits: number[] = [];
  breakOn: ReadonlySet<string> = new Set();
  /** The block that the panel's pointer or focus is on. */
  lifted: string | null = null;
  /** The debug session is over; what was computed can still be looked at. */
  ended = false;

  readonly #changed = new Emitter<void>();
  /** Anything but metrics changed. */
  readonly onDidChange = this.#changed.event;
  readonly #grew = new Emitter<void>();
  /** Rows came, or rows went because an edit in the past made them a branch. */
  readonly onDidGrow = this.#grew.event;
  readonly #solver: SolverClientLike;
  #pulling = false;

  constructor(id: string, name: string, config: RunConfig, solver: SolverClientLike) {
    this.id = id;
    this.name = name;
    this.config = config;
    this.#solver = solver;
    this.#listen();
  }

  /** Stands still and can be stepped. */
  get isPaused(): boolean {
    return !this.ended && standsStill(this.state);
  }

  get isRunning(): boolean {
    return !this.ended && this.state === 'running';
  }

  isFrozen(block: string): boolean {
    const { k } = this.position ?? { k: 0 };
    const last = this.edits.findLast(
      edit => edit.kind === 'frozen' && edit.block === block && edit.k <= k,
    );
    return last?.kind === 'frozen' && last.value;
  }

  /** A call to the child. Rejects with a sentence for the user. */
  call<N extends CallName>(name: N, params: Calls[N]['params']): Promise<Calls[N]['result']> {
    return this.#solver.call(name, params);
  }

  /** Settles when the run stands at step k, or where it was paused on the way. */
  async goTo(k: number): Promise<void> {
    await this.call('goTo', { k });
    while (this.isRunning) {
      await new Promise<void>(settle => {
        const subscription = this.onDidChange(() => {
          subscription.dispose();
          settle();
        });
      });
    }
  }

  /** The adapter loaded (or restored) the run. */
  loaded(info: RunInfo): void {
    this.info = info;
    this.history.begin(info);
    this.progress = null;
    this.text = '';
    this.#changed.fire();
  }

  /** The adapter asked where the run stands. A loaded run waits at its entry; of that no event tells. */
  stands(position: Position): void {
    this.position = position;
    if (this.state === 'starting' && this.info !== null) this.state = 'paused';
    this.#changed.fire();
  }

  lift(block: string | null): void {
    if (block === this.lifted) return;
    this.lifted = block;
    this.#changed.fire();
  }

  setBreakOn(blocks: ReadonlySet<string>): void {
    this.breakOn = blocks;
    this.#changed.fire();
  }

  end(): void {
    if (this.ended) return;
    this.ended = true;
    // A crash can still be restarted from.
    if (this.state !== 'crashed') {
      const said = standsStill(this.state) && this.state !== 'paused' ? this.text : '';
      this.text = sessionOver(said, this.history.end);
      this.state = 'trace';
    }
    this.#changed.fire();
  }

  #listen(): void {
    const solver = this.#solver;
    const on = <E extends keyof Events>(event: E, handle: (body: Events[E]) => void) =>
      solver.on(event, body => {
        handle(body);
        this.#changed.fire();
      });
    on('progress', ({ text, fraction }) => {
      this.text = text;
      this.progress = fraction;
    });
    on('running', () => {
      this.state = 'running';
      this.text = '';
    });
    on('stopped', stop => this.#stopped(stop));
    on('finding', finding => this.findings.push(finding));
    on('branch', branch => {
      this.branches.push(branch);
      this.history.truncateToBranch(branch);
    });
    on('edited', ({ edits, position }) => {
      this.edits = edits;
      this.position = position;
    });
    on('unresponsive', ({ text }) => {
      this.text = text;
    });
    on('responsive', () => {
      this.text = '';
    });
    solver.on('metrics', batch => this.#append(batch));
    solver.onExit(({ expected, text }) => {
      if (expected || this.ended) return;
      this.state = 'crashed';
      this.text = text;
      this.#changed.fire();
    });
  }

  #stopped(stop: Stop): void {
    this.stop = stop;
    this.state = stateAfter(stop.reason);
    this.position = stop.position;
    this.text = stop.text;
    this.progress = null;
    if (stop.breakpoints.length > 0) this.breakpointHits.push(stop.position.k);
  }

  #append(batch: MetricsBatch): void {
    const connects = this.history.append(batch);
    this.#grew.fire();
    if (batch.more || !connects) void this.#pull();
  }

  /** Asks for the rows that did not fit into a batch, until none is left. */
  async #pull(): Promise<void> {
    if (this.#pulling) return;
    this.#pulling = true;
    try {
      for (let more = true; more && !this.ended; ) {
        const from = this.history.end;
        const batch = await this.call('metrics', { branch: 'live', from, limit: rowsAtATime });
        this.history.append(batch);
        this.#grew.fire();
        more = batch.more && this.history.end > from;
      }
    } catch {
      // The child went away, which its exit tells better.
    } finally {
      this.#pulling = false;
    }
  }
}
