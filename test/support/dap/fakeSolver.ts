import { type Source, SourceError, type SourceExit } from '../../../extension/run/source.ts';
import type { Facts } from '../../../solver/wire/facts.ts';
import type {
  CallName,
  Calls,
  EventName,
  Events,
  MetricsBatch,
} from '../../../solver/wire/protocol.ts';
import type { Position, RunInfo, Stop, StopReason } from '../../../solver/wire/run.ts';
import { factsWith, metrics, runInfo } from '../panel/invented.ts';

const blocks = ['(intercept)', 'bmi', 's5'];
const phases = ['order', 'gradient', 'step', 'prox', 'commit'] as const;

export const fakeInfo: RunInfo = {
  ...runInfo(0),
  blocks: blocks.map(name => ({ name, size: 1, declared: null })),
  metrics: metrics.filter(({ name }) => ['objective', 'gradNorm', 'gap'].includes(name)),
  listing: {
    title: 'P-CCD',
    lines: [
      { text: 'run', frame: 'run' },
      { text: '  for each sweep', frame: 'sweep' },
      { text: '    choose b', phase: 'order' },
      { text: '    g ← ∇_b f(x)', phase: 'gradient' },
      { text: '    t ← 1/L_b', phase: 'step' },
      { text: '    v ← prox', phase: 'prox' },
      { text: '    x_b ← v', phase: 'commit' },
      { text: '' },
      { text: 'blocks' },
      ...blocks.map(block => ({ text: `  ${block}`, block })),
    ],
  },
  parameters: { eta: 0.3 },
  notes: ['This runs on its own example data.'],
};

type Handlers = { [N in CallName]?: (params: Calls[N]['params']) => unknown };

/**
 * A solver of three blocks that only counts: k goes up by one per update. A test replaces single answers by `on…`.
 * Events come before the replies of the requests that cause them, which is the hardest order for the adapter.
 */
export class FakeSolver implements Source {
  readonly pid = 4242;
  readonly calls: { readonly name: CallName; readonly params: unknown }[] = [];
  readonly handlers: Handlers;
  disposed = false;
  k = 0;
  phase = 0;
  end = 0;
  running = false;
  facts: Facts = factsWith();
  readonly #listeners = new Map<string, Set<(body: never) => void>>();
  readonly #exits = new Set<(exit: SourceExit) => void>();

  constructor(handlers: Handlers = {}) {
    this.handlers = handlers;
  }

  async call<N extends CallName>(name: N, params: Calls[N]['params']): Promise<Calls[N]['result']> {
    if (this.disposed) throw new SourceError('gone', 'The solver was ended.');
    this.calls.push({ name, params });
    const handler = this.handlers[name] ?? this.#defaults[name];
    if (handler === undefined) throw new SourceError('unknown', `no call ${name}`);
    return (await (handler as (p: unknown) => unknown)(params)) as Calls[N]['result'];
  }

  on<E extends EventName>(event: E, listener: (body: Events[E]) => void) {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners);
    listeners.add(listener as (body: never) => void);
    return { dispose: () => listeners.delete(listener as (body: never) => void) };
  }

  onExit(listener: (exit: SourceExit) => void) {
    this.#exits.add(listener);
    return { dispose: () => this.#exits.delete(listener) };
  }

  dispose(): void {
    this.disposed = true;
  }

  emit<E extends EventName>(event: E, body: Events[E]): void {
    for (const listener of this.#listeners.get(event) ?? []) {
      (listener as (body: Events[E]) => void)(body);
    }
  }

  stop(reason: StopReason, more: Partial<Stop> = {}): void {
    this.running = false;
    this.end = Math.max(this.end, this.k);
    const position = this.position();
    const { facts } = this;
    const rest = { text: '', finding: null, breakpoints: [] };
    this.emit('stopped', { reason, position, facts, ...rest, ...more });
  }

  crash(text = 'The solver process ended unexpectedly (signal SIGSEGV) at step 3.'): void {
    const exit = { expected: false, code: null, signal: 'SIGSEGV', stderr: ['at kernel', 'boom'] };
    for (const listener of this.#exits)
      listener({ ...exit, position: this.position(), k: this.k, text });
  }

  position(): Position {
    return {
      k: this.k,
      sweep: Math.floor(this.k / 3) + 1,
      place: this.k % 3,
      block: blocks[this.k % 3]!,
      blocks: [blocks[this.k % 3]!],
      phase: phases[this.phase]!,
      ordering: 'cyclic',
      pendingOrdering: null,
      end: this.end,
    };
  }

  /** Rows with k > from, at most `limit`. */
  rows(from: number, limit: number, end = this.end): MetricsBatch {
    const count = Math.max(0, Math.min(limit, end - from));
    const column = (value: (k: number) => number) =>
      Float64Array.from({ length: count }, (_, i) => value(from + i + 1));
    return {
      branch: 'live',
      from,
      to: from + count,
      count,
      k: Float64Array.from({ length: count }, (_, i) => from + i + 1),
      block: Int32Array.from({ length: count }, (_, i) => (from + i) % 3),
      sweep: Int32Array.from({ length: count }, (_, i) => Math.floor((from + i) / 3) + 1),
      columns: {
        objective: column(k => 1 / k),
        gradNorm: column(k => (k === 2 ? Number.NaN : k)),
      },
      sweepK: new Float64Array(0),
      sweepColumns: { gap: new Float64Array(0) },
      more: from + count < end,
    };
  }

  readonly #defaults: Handlers = {
    load: () => fakeInfo,
    restore: ({ k, end }) => {
      this.k = k;
      this.end = end;
      return fakeInfo;
    },
    position: () => ({ position: this.position(), facts: this.facts, running: this.running }),
    resume: ({ until }) => {
      this.running = true;
      this.emit('running', {});
      if (until.kind === 'end') return {};
      if (until.kind === 'phase') {
        this.phase = (this.phase + 1) % phases.length;
        if (this.phase === 0) this.k++;
      } else {
        this.phase = 0;
        this.k += until.kind === 'steps' ? until.count : 3 - (this.k % 3);
      }
      this.stop('step');
      return {};
    },
    pause: () => {
      this.k += 7;
      this.stop('pause');
      return {};
    },
    goTo: ({ k }) => {
      this.k = k;
      this.phase = 0;
      this.stop('goto');
      return { position: this.position() };
    },
    reverse: () => {
      this.k = 0;
      this.stop('goto');
      return { position: this.position() };
    },
    edit: () => ({ position: this.position(), branch: null }),
    setBreakpoints: ({ breakpoints }) => ({
      statuses: breakpoints.map(({ id }) => ({ id, verified: true })),
    }),
    evaluate: ({ expression }) => ({ value: `<${expression}>`, type: 'number', edited: false }),
    variables: ({ scope, path }) => ({
      variables:
        path.length > 0
          ? [
              {
                name: '0',
                value: '1.5',
                type: 'number',
                settable: true,
                expression: 'value("bmi", 0)',
              },
            ]
          : [
              { name: 'scope', value: scope, type: 'name' },
              {
                name: 'stepSize',
                value: '0.1',
                type: 'number',
                settable: true,
                expression: 'stepSize("bmi")',
              },
              { name: 'gradNorm', value: '2', type: 'number', expression: 'gradNorm("bmi")' },
              {
                name: 'sharpness',
                value: '',
                type: 'number',
                lazy: true,
                expression: 'sharpness("bmi")',
              },
              { name: 'x', value: '', type: 'block', children: ['x'], childCount: 250 },
            ],
    }),
    metrics: ({ branch, from, limit }) => ({ ...this.rows(from, limit), branch }),
    series: ({ from }) => ({
      k: Float64Array.from([2, 5, 8].filter(k => k > from)),
      value: Float64Array.of(1, Number.NaN, Number.POSITIVE_INFINITY),
      more: false,
    }),
    exportTrace: () => ({ rows: this.end }),
    terminate: () => ({}),
    interrupt: () => ({ position: this.position() }),
  };
}
