import { parseAssignment } from '../breakpoints/assignment.ts';
import { parseExpression } from '../breakpoints/expression.ts';
import { prepareBreakpoints } from '../breakpoints/prepare.ts';
import { format } from '../breakpoints/sentences.ts';
import { isRefusal } from '../core/part.ts';
import { Interrupted } from '../core/problem.ts';
import { stateBytes } from '../core/state.ts';
import { goAgain } from '../run/again.ts';
import type { Run } from '../run/run.ts';
import { editRefusal } from '../run/time/edits.ts';
import { variables } from '../run/variables.ts';
import type { Facts } from '../wire/facts.ts';
import { PrintLimit } from '../wire/printLimit.ts';
import type { Calls, Edit, Events } from '../wire/protocol.ts';
import type { Finding, Position, RunConfig, RunInfo, Stop } from '../wire/run.ts';
import { sentenceOf, userStack } from './contain.ts';
import { Declined, wireError } from './declined.ts';
import { IdleWork } from './idleWork.ts';
import type { FromThread, ThreadCall, ToThread } from './messages.ts';
import { openRun, type Resume, resumeOf } from './opening.ts';
import {
  attended,
  entersModule,
  freed,
  rests,
  type SharedMemory,
  takePause,
  WHERE,
  wantsAttention,
  works,
} from './shared.ts';

/** Solving time between looks at the messages. */
const SLICE_MS = 12;
/** Time between counts sent while running. */
const COUNT_MS = 40;
/** Time between keyframes sent to the host while running, and between those of stops whose copy would be felt. */
const KEYFRAME_MS = 2000;
/** States up to this many bytes are sent at every stop. */
const SMALL_BYTES = 1024 * 1024;
/** Keyframes above this many bytes are not sent: the copy would be felt. */
const KEYFRAME_BYTES = 32 * 1024 * 1024;
/** Failures of work that a module left behind that are told one by one. */
const STRAYS = 20;

/** One run in the solver thread: answers the calls the main thread passes on, and runs in slices between them. */
export class SolverThread {
  readonly #shared: SharedMemory;
  readonly #post: (message: FromThread) => void;
  #run: Run | null = null;
  readonly #idle: IdleWork;
  #running = false;
  /** A run is made: what is asked meanwhile waits for it, and whoever wants it no more ends the thread. */
  #loading = false;
  /** Where a jump is going: to a step, or back to the last breakpoint; null: running forward. */
  #travelling: number | 'back' | null = null;
  #lastCount = 0;
  /** The orderings that the main thread was last told of. */
  #toldOrdering: Pick<Position, 'ordering' | 'pendingOrdering'> = {
    ordering: '',
    pendingOrdering: null,
  };
  #lastKeyframe = 0;
  readonly #prints: PrintLimit<Events['output']['category']>;
  /** What work that the module left behind failed with while there was no run to tell it of. */
  readonly #early: Finding[] = [];
  #strays = 0;
  /** Counts the loops that were begun: one that was stopped from outside does not go on beside the next. */
  #loops = 0;

  constructor(shared: SharedMemory, post: (message: FromThread) => void) {
    this.#shared = shared;
    this.#post = post;
    this.#idle = new IdleWork(
      shared,
      run => run === this.#run && !this.#running,
      values => this.#emit('entry', values),
    );
    this.#prints = new PrintLimit(
      (category, text) => this.#emit('output', { category, text }),
      () => performance.now(),
    );
  }

  /** What the module or a breakpoint prints. */
  print(category: Events['output']['category'], text: string): void {
    this.#prints.print(category, text);
  }

  /** Work that the module left behind failed, outside of any of its functions: a finding, and the run stops. */
  strayed(error: unknown): void {
    if (++this.#strays > STRAYS) return;
    const run = this.#run;
    const finding: Finding = {
      k: run?.state.k ?? 0,
      name: 'userError',
      block: null,
      text: `Work that the module left behind failed: ${sentenceOf(error)}`,
      evidence: {},
      stack: userStack(error),
    };
    if (!run) {
      this.#early.push(finding);
      return;
    }
    run.found(finding);
    if (!this.#running) return;
    this.#stopped(run, { ...run.paused(), reason: 'failed', text: finding.text, finding });
  }

  /** Answers one call; always replies. */
  async receive(message: ToThread): Promise<void> {
    attended(this.#shared);
    works(this.#shared);
    try {
      const result = await this.#answer(message);
      this.#post({ kind: 'reply', id: message.id, result });
    } catch (error) {
      this.#post({ kind: 'error', id: message.id, error: wireError(error) });
    }
    rests(this.#shared);
  }

  async #answer({ call, params }: ToThread): Promise<Calls[ThreadCall]['result']> {
    switch (call) {
      case 'load':
        if ('trace' in params)
          throw new Declined('state', `trace: "${params.trace}" cannot be opened by this build.`);
        return this.#load(params.config, null);
      case 'restore':
        return this.#load(params.config, resumeOf(params));
      case 'resume':
        this.#require().begin(params.until);
        this.#start(null);
        return {};
      case 'goTo':
        if (!Number.isInteger(params.k) || params.k < 0)
          throw new Declined(
            'refused',
            `k: "${params.k}" is not a step; accepted: a whole number from 0`,
          );
        return this.#travel(params.k);
      case 'reverse':
        return this.#travel('back');
      case 'edit':
        return this.#edit(params.edits);
      case 'setBreakpoints': {
        const run = this.#require();
        const set = prepareBreakpoints(
          params.breakpoints,
          run.inspector.before(),
          run.breakpoints ?? undefined,
        );
        run.breakpoints = set;
        return { statuses: set.statuses };
      }
      case 'entry':
        this.#idle.lookAtStart(this.#require());
        return {};
      case 'evaluate':
        return this.#evaluate(params.expression, params.context);
      case 'variables':
        return {
          variables: variables(
            this.#require(),
            params.scope,
            params.path,
            params.start ?? 0,
            params.count ?? Number.POSITIVE_INFINITY,
          ),
        };
    }
  }

  async #load(config: RunConfig, resume: Resume | null): Promise<RunInfo> {
    this.#loading = true;
    const opened = await openRun(config, resume, {
      post: this.#post,
      print: (category, text) => this.print(category, text),
      poll: () => {
        if (!this.#loading && wantsAttention(this.#shared)) throw new Interrupted();
      },
      entered: block => this.#entered(block),
      freed: () => freed(this.#shared),
      left: () => {
        this.#shared.where[WHERE.userSince] = 0;
      },
      edited: run => {
        if (run !== this.#run) return;
        this.#emit('edited', { position: run.position(), facts: this.#facts(run) });
      },
    });
    const { run, info, findings, check } = opened;
    this.#run = run;
    this.#running = false;
    this.#facts(run);
    for (const finding of [...findings, ...this.#early.splice(0)]) run.found(finding);
    this.#tellCount();
    this.#loading = false;
    if (resume) await this.#return(run, resume);
    this.#idle.follow(run, check, resume?.k ?? null);
    return info;
  }

  /** Goes again to the last step that was computed, then to the one the run stood at; a pause or a failure ends it. */
  async #return(run: Run, { k, end }: Resume): Promise<void> {
    for (const target of k < end ? [end, k] : [k]) {
      for (let stop: Stop | null = null; !stop; ) {
        try {
          stop = goAgain(run, target, SLICE_MS);
        } catch (error) {
          if (!(error instanceof Interrupted)) throw error;
        }
        attended(this.#shared);
        if (takePause(this.#shared)) stop = run.paused();
        if (Date.now() - this.#lastCount >= COUNT_MS) this.#tellCount();
        rests(this.#shared);
        await new Promise<void>(resolve => setImmediate(resolve));
        works(this.#shared);
      }
    }
    this.#tellCount();
    this.#sendKeyframe(run, Date.now());
  }

  /** Runs until a stop, in slices; messages are read between them. */
  #start(travelTo: number | 'back' | null): void {
    const run = this.#require();
    this.#travelling = travelTo;
    this.#idle.leave();
    if (this.#running) return;
    this.#running = true;
    this.#post({ kind: 'event', event: 'running', body: {} });
    void this.#loop(run);
  }

  async #loop(run: Run): Promise<void> {
    const own = ++this.#loops;
    while (this.#running && own === this.#loops) {
      // A pause may have been asked for before it began.
      let stop: Stop | null = takePause(this.#shared) ? run.paused() : null;
      try {
        stop ??= this.#slice(run);
      } catch (error) {
        if (!(error instanceof Interrupted)) {
          this.#running = false;
          stop = run.broken(error);
        }
      }
      attended(this.#shared);
      if (!stop && takePause(this.#shared)) stop = run.paused();
      if (stop) {
        this.#stopped(run, stop);
        return;
      }
      const now = Date.now();
      if (now - this.#lastCount >= COUNT_MS) this.#tellCount();
      if (now - this.#lastKeyframe >= KEYFRAME_MS) this.#sendKeyframe(run, now);
      rests(this.#shared);
      await new Promise<void>(resolve => setImmediate(resolve));
      works(this.#shared);
    }
  }

  #slice(run: Run): Stop | null {
    if (this.#travelling === null) return run.slice(SLICE_MS);
    if (this.#travelling === 'back') return run.reverse(SLICE_MS);
    return run.travel(this.#travelling, SLICE_MS);
  }

  #stopped(run: Run, stop: Stop): void {
    this.#running = false;
    takePause(this.#shared);
    this.#prints.tell();
    this.#tellCount();
    const now = Date.now();
    if (stateBytes(run.state) <= SMALL_BYTES || now - this.#lastKeyframe >= KEYFRAME_MS) {
      this.#sendKeyframe(run, now);
    }
    this.#post({ kind: 'event', event: 'stopped', body: stop });
    void this.#idle.goOn(run);
  }

  #sendKeyframe(run: Run, now: number): void {
    const keyframe = stateBytes(run.state) > KEYFRAME_BYTES ? null : run.keyframe();
    if (!keyframe) return;
    // The rows first: a trace has those up to a state that is gone on from.
    this.#tellCount();
    this.#lastKeyframe = now;
    this.#emit('keyframe', { k: keyframe.state.k, ...keyframe });
  }

  #travel(to: number | 'back'): Calls['goTo']['result'] {
    const run = this.#require();
    this.#start(to);
    return { position: run.position() };
  }

  #edit(edits: readonly Edit[]): Calls['edit']['result'] {
    const run = this.#require();
    if (this.#running && this.#travelling !== null) {
      const where = this.#travelling === 'back' ? 'back' : `to step ${this.#travelling}`;
      throw new Declined('state', `The run is on its way ${where}; wait or pause, then edit.`);
    }
    for (const edit of edits) {
      const refusal = editRefusal(run.recipe, run.state, edit);
      if (refusal) throw new Declined('refused', refusal.refusal);
    }
    this.#idle.leave();
    const branch = run.edit(edits);
    this.#tellCount();
    // What the host keeps for a restart lay in the steps that just became a branch.
    if (branch) this.#sendKeyframe(run, Date.now());
    return { position: run.position(), branch };
  }

  #evaluate(
    expression: string,
    context: Calls['evaluate']['params']['context'],
  ): Calls['evaluate']['result'] {
    const run = this.#require();
    const scope = run.inspector.before();
    const assignment = parseAssignment(expression, scope, scope);
    if (assignment !== null) {
      if (isRefusal(assignment)) throw new Declined('refused', assignment.refusal);
      if (context !== 'repl')
        throw new Declined('refused', 'Assignments are taken in the debug console only.');
      this.#edit([assignment]);
      const value = 'value' in assignment ? assignment.value : assignment.ordering;
      return { value: value === null ? 'null' : format(value), type: typeof value, edited: true };
    }
    const compiled = parseExpression(expression, scope);
    if (isRefusal(compiled)) throw new Declined('refused', compiled.refusal);
    const value = compiled.read(scope);
    return { value: format(value), type: compiled.type, edited: false };
  }

  /** What is in force, told to the main thread, which may have to say it while this one is inside a user function. */
  #facts(run: Run): Facts {
    const facts = run.facts();
    this.#post({ kind: 'facts', facts });
    return facts;
  }

  #emit<E extends keyof Events>(event: E, body: Events[E]): void {
    this.#post({ kind: 'event', event, body });
  }

  /** A function of the module's begins: the main thread may have to say where, and for which block. */
  #entered(block: string | null): void {
    const run = this.#run;
    const index = run?.problem.blocks.findIndex(({ name }) => name === block) ?? -1;
    // Standing at a step whose measurement is what does not return, a run could not come back to it.
    entersModule(
      this.#shared,
      run && !run.measures ? run.state : null,
      block === null ? -1 : index,
    );
  }

  #tellCount(): void {
    const run = this.#run;
    if (!run) return;
    this.#lastCount = Date.now();
    const position = run.position();
    const { ordering, pendingOrdering } = position;
    const told = this.#toldOrdering;
    if (told.ordering !== ordering || told.pendingOrdering !== pendingOrdering) {
      this.#toldOrdering = { ordering, pendingOrdering };
      if (this.#running) this.#post({ kind: 'event', event: 'facts', body: this.#facts(run) });
    }
    this.#post({
      kind: 'count',
      steps: run.rows.steps.count,
      sweeps: run.rows.sweeps.count,
      end: run.rows.end,
      position,
    });
  }

  #require(): Run {
    if (!this.#run) throw new Declined('state', 'No run is loaded yet.');
    return this.#run;
  }
}
