import { createHash } from 'node:crypto';
import { AdapterSession } from '../../../extension/adapter/adapter-session.ts';
import { RunClient } from '../../../extension/run/client.ts';
import type { Source } from '../../../extension/run/source.ts';
import { type Draw, stream } from '../../../solver/core/random.ts';
import { FakeSolver } from './fakeSolver.ts';

/** A request that is not answered after this long counts as unanswered. */
const LATE_MS = 5000;

/** The outcome of one conversation; `faults` are sentences, none where everything is right. */
export interface Conversed {
  readonly requests: number;
  readonly slowest: number;
  readonly faults: readonly string[];
}

const pick = <T>(draw: Draw, from: readonly T[]): T => from[Math.floor(draw() * from.length)]!;
const whole = (draw: Draw, below: number) => Math.floor(draw() * below);

/** Valid arguments by request; any other value may replace one of them. */
const sensible: Readonly<Record<string, (draw: Draw) => object>> = {
  initialize: () => ({ adapterID: 'blockstep', supportsInvalidatedEvent: true }),
  launch: draw => ({
    problem: pick(draw, ['lasso', 'quadratic', 'laso']),
    stopOnEntry: draw() < 0.7,
    stopWhen: { steps: 1 + whole(draw, 3000) },
    __metrics: draw() < 0.5,
  }),
  configurationDone: () => ({}),
  continue: () => ({ threadId: 1 }),
  next: () => ({ threadId: 1 }),
  stepIn: () => ({ threadId: 1 }),
  stepOut: () => ({ threadId: 1 }),
  stepBack: () => ({ threadId: 1 }),
  reverseContinue: () => ({ threadId: 1 }),
  pause: () => ({ threadId: 1 }),
  threads: () => ({}),
  stackTrace: draw => ({ threadId: 1 + whole(draw, 3) }),
  scopes: draw => ({ frameId: whole(draw, 4) }),
  variables: draw => ({ variablesReference: whole(draw, 12) }),
  setVariable: draw => ({ variablesReference: whole(draw, 12), name: 'stepSize', value: '0.1' }),
  evaluate: draw => ({
    expression: pick(draw, ['k', 'objective', 'gradNorm("bmi")', 'ordering = shuffled', 'x +', '']),
    context: pick(draw, ['watch', 'repl', 'hover']),
  }),
  setExpression: () => ({ expression: 'stepSize("bmi")', value: '0.01' }),
  completions: () => ({ text: 'gr', column: 3 }),
  setBreakpoints: () => ({ source: { sourceReference: 1 }, breakpoints: [{ line: 4 }] }),
  setFunctionBreakpoints: draw => ({
    breakpoints: [{ name: 'bmi', hitCondition: pick(draw, ['% 5', '3', 'x']) }],
  }),
  setDataBreakpoints: () => ({ breakpoints: [{ dataId: 'gap' }] }),
  setExceptionBreakpoints: () => ({ filters: ['divergence'] }),
  exceptionInfo: () => ({ threadId: 1 }),
  gotoTargets: () => ({ source: { sourceReference: 1 }, line: 12 }),
  goto: draw => ({ threadId: 1, targetId: whole(draw, 3) }),
  source: () => ({ sourceReference: 1 }),
  restart: () => ({}),
  'blockstep/goToStep': draw => ({ k: whole(draw, 200) }),
  'blockstep/setOrdering': draw => ({ ordering: pick(draw, ['shuffled', 'cyclic', 'nothing']) }),
  'blockstep/series': () => ({ metric: 'objective', from: 0 }),
  'blockstep/info': () => ({}),
  'blockstep/subscribe': draw => ({ metrics: draw() < 0.5 }),
  'blockstep/recover': () => ({}),
  'blockstep/interrupt': () => ({}),
  cancel: () => ({ progressId: 'x' }),
  terminate: () => ({}),
  nonsense: () => ({}),
};
const commands = Object.keys(sensible).filter(
  name => !['initialize', 'launch', 'configurationDone', 'terminate'].includes(name),
);

function anything(draw: Draw): unknown {
  return pick<unknown>(draw, [
    ...[null, true, -1, 1e300, Number.NaN, '', 'x'.repeat(3000), '\n\u0000', [], {}, [[]]],
    { threadId: 'one' },
    { __proto__: 1, source: null, breakpoints: [null] },
    undefined,
  ]);
}

/**
 * A random conversation, determined by its seed, with the adapter over the given kind of source: which requests and when, what
 * the arguments are, when the solver crashes, and how it ends. Every request must be answered once, and in time.
 */
export async function converse(seed: number, createSource: () => Source): Promise<Conversed> {
  const draw = stream(seed, 'conversation');
  const sources: Source[] = [];
  const session = new AdapterSession({
    createRun: () =>
      new RunClient('1', 'fuzz', () => {
        const source = createSource();
        sources.push(source);
        return source;
      }),
  });
  const sentAt = new Map<number, { readonly command: string; readonly at: number }>();
  const answered = new Map<number, number>();
  const faults: string[] = [];
  let slowest = 0;
  session.onDidSendMessage(message => {
    const { type, request_seq: seq } = JSON.parse(JSON.stringify(message));
    if (type !== 'response') return;
    answered.set(seq, (answered.get(seq) ?? 0) + 1);
    slowest = Math.max(slowest, performance.now() - (sentAt.get(seq)?.at ?? Number.NaN));
  });
  let seq = 0;
  const send = (command: string, args: unknown) => {
    sentAt.set(++seq, { command, at: performance.now() });
    session.handleMessage({ seq, type: 'request', command, arguments: args });
  };
  const soon = () => new Promise<void>(resolve => setImmediate(resolve));
  const start = ['initialize', 'launch', 'configurationDone'].filter(() => draw() < 0.95);
  const count = 3 + whole(draw, 25);
  for (let i = 0; i < count; i++) {
    const command = start.shift() ?? (draw() < 0.02 ? 'terminate' : pick(draw, commands));
    send(command, draw() < 0.15 ? anything(draw) : sensible[command]!(draw));
    const last = sources.at(-1);
    // A process needs time to answer; now and then the client waits for it.
    if (last && !(last instanceof FakeSolver) && draw() < 0.5) await later(draw() * 60);
    else if (draw() < 0.6) await soon();
    if (last instanceof FakeSolver && draw() < 0.05) {
      if (draw() < 0.3) last.crash();
      else if (last.running) last.stop('breakpoint');
    } else if (last?.pid && draw() < 0.02) killed(last.pid);
    if (draw() < 0.1) session.handleMessage(anything(draw));
  }
  send('disconnect', {});
  for (const end = performance.now() + LATE_MS; performance.now() < end && answered.size < seq; ) {
    await (sources.at(-1) instanceof FakeSolver ? soon() : later(2));
  }
  await soon();
  for (const [id, { command }] of sentAt) {
    const times = answered.get(id) ?? 0;
    if (times !== 1) faults.push(`seed ${seed}: ${command} (${id}) was answered ${times} times`);
  }
  if (slowest > LATE_MS) faults.push(`seed ${seed}: an answer took ${slowest} ms`);
  session.dispose();
  for (const source of sources)
    if (!(await isGone(source))) faults.push(`seed ${seed}: ${source.pid} lives on`);
  return { requests: seq, slowest, faults };
}

const later = (milliseconds: number) =>
  new Promise<void>(resolve => setTimeout(resolve, milliseconds));

function killed(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It had already ended.
  }
}

/** A process ends within two seconds of its session; a fake solver is released at once. */
function isGone(source: Source): Promise<boolean> {
  if (source instanceof FakeSolver) return Promise.resolve(source.disposed);
  return new Promise(resolve => {
    const timer = setTimeout(() => resolve(false), 3000);
    source.onExit(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}

/** The beginning of a digest, to compare very many numbers bit for bit. */
export function digest(...arrays: readonly Float64Array[]): string {
  const hash = createHash('sha256');
  for (const array of arrays)
    hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  return hash.digest('hex').slice(0, 16);
}
