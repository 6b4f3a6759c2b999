import { parseAssignment, parseExpression } from '../../breakpoints/expression.ts';
import { prepareBreakpoints } from '../../breakpoints/prepare.ts';
import { exactText } from '../../breakpoints/sentences.ts';
import { isRefusal } from '../../core/part.ts';
import { Interrupted } from '../../core/problem.ts';
import { userErrorFinding } from '../../modules/check.ts';
import type { UserError } from '../../modules/userError.ts';
import { variables } from '../../run/inspect/variables.ts';
import type { Run } from '../../run/run.ts';
import { editRefusal } from '../../run/time/edits.ts';
import { PrintLimit } from '../../wire/printLimit.ts';
import type { Calls, Edit, Events } from '../../wire/protocol.ts';
import type { Finding, RunConfig } from '../../wire/run.ts';
import {
  attended,
  Declined,
  entersModule,
  type FromThread,
  freed,
  rests,
  type SharedMemory,
  type ThreadCall,
  type ToThread,
  WHERE,
  wantsAttention,
  wireError,
  works,
} from '../shared.ts';
import { strayFinding } from './contain.ts';
import { IdleWork } from './idleWork.ts';
import { openRun, type Resume, resumeOf } from './opening.ts';
import { RunLoop } from './runLoop.ts';

/** Failures of work that a module left behind that are told one by one. */
const STRAYS = 20;

/** One run in the solver thread: answers the calls the main thread passes on, and runs in slices between them. */
export class SolverThread {
  readonly #shared: SharedMemory;
  readonly #post: (message: FromThread) => void;
  #run: Run | null = null;
  readonly #idle: IdleWork;
  readonly #loop: RunLoop;
  /** A run is made: what is asked meanwhile waits for it, and whoever wants it no more ends the thread. */
  #loading = false;
  readonly #prints: PrintLimit<Events['output']['category']>;
  /** What work that the module left behind failed with while there was no run to tell it of. */
  readonly #early: Finding[] = [];
  #strays = 0;

  constructor(shared: SharedMemory, post: (message: FromThread) => void) {
    this.#shared = shared;
    this.#post = post;
    this.#loop = new RunLoop(shared, post, {
      before: () => this.#prints.tell(),
      after: run => void this.#idle.goOn(run),
    });
    this.#idle = new IdleWork(
      shared,
      run => run === this.#run && !this.#loop.running,
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
    const finding = strayFinding(error, run?.state.k ?? 0);
    if (!run) {
      this.#early.push(finding);
      return;
    }
    run.found(finding);
    if (!this.#loop.running) return;
    this.#loop.stopped(run, { ...run.paused(), reason: 'failed', text: finding.text, finding });
  }

  /** A function of the module's reached for what runs beside it, in a check or a look that lets its throw pass: a finding. */
  #escaped(error: UserError): void {
    const run = this.#run;
    const known = [...this.#early, ...(run?.findings ?? [])];
    if (known.some(({ text }) => text === error.message)) return;
    const finding = userErrorFinding(error, run?.state.k ?? 0);
    if (run) run.found(finding);
    else this.#early.push(finding);
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

  async #answer({ call, params }: ToThread): Promise<Calls[ThreadCall]['result'] | null> {
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

  async #load(config: RunConfig, resume: Resume | null): Promise<null> {
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
      // After what it was called for, which may tell it itself.
      escaped: error => void setImmediate(() => this.#escaped(error)),
      edited: run => {
        if (run !== this.#run) return;
        this.#emit('edited', { position: run.position(), facts: this.#loop.tellFacts(run) });
      },
    });
    const { run, findings, check } = opened;
    this.#run = run;
    this.#loop.reset();
    this.#loop.tellFacts(run);
    const told = new Set(findings.map(({ text }) => text));
    const early = this.#early.splice(0).filter(({ text }) => !told.has(text));
    for (const finding of [...findings, ...early]) run.found(finding);
    this.#loop.tellCount(run);
    this.#loading = false;
    if (resume) {
      await this.#loop.goBack(run, resume);
      this.#loop.tellFacts(run);
    }
    this.#idle.follow(run, check, resume?.k ?? null);
    // The main thread has its info.
    return null;
  }

  #start(to: number | 'back' | null): Run {
    const run = this.#require();
    this.#idle.depart(run);
    this.#loop.start(run, to);
    return run;
  }

  #travel(to: number | 'back'): Calls['goTo']['result'] {
    return { position: this.#start(to).position() };
  }

  #edit(edits: readonly Edit[]): Calls['edit']['result'] {
    const run = this.#require();
    const { way } = this.#loop;
    if (way !== null)
      throw new Declined('state', `The run is going ${way}; wait or pause, then edit.`);
    for (const edit of edits) {
      const refusal = editRefusal(run.recipe, run.state, edit);
      if (refusal) throw new Declined('refused', refusal.refusal);
    }
    this.#idle.leave();
    const branch = run.edit(edits);
    this.#loop.tellCount(run);
    // What the host keeps for a restart lay in the steps that just became a branch.
    if (branch) this.#loop.sendKeyframe(run, Date.now());
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
        throw new Declined('refused', 'Assignments are possible only in the debug console.');
      this.#edit([assignment]);
      const value = 'value' in assignment ? assignment.value : assignment.ordering;
      return {
        value: value === null ? 'null' : exactText(value),
        type: typeof value,
        edited: true,
      };
    }
    const compiled = parseExpression(expression, scope);
    if (isRefusal(compiled)) throw new Declined('refused', compiled.refusal);
    const value = compiled.read(scope);
    return { value: exactText(value), type: compiled.type, edited: false };
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

  #require(): Run {
    if (!this.#run) throw new Declined('state', 'No run is loaded yet.');
    return this.#run;
  }
}
