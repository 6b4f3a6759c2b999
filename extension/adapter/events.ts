import type { Events, Finding, Stop } from '../../solver/wire/protocol.ts';
import { finished } from '../errors.ts';
import type { Adapter } from './adapter.ts';
import { jsonSafe } from './json.ts';
import { liveThread } from './run.ts';
import type { SolverClientLike, SolverExit } from './solver-client.ts';

/** From here on what the child says reaches the client, as long as it is the session's present child. */
export function listen(adapter: Adapter, solver: SolverClientLike): void {
  const on = <E extends keyof Events>(
    event: E,
    tell: (adapter: Adapter, body: Events[E]) => void,
  ) =>
    solver.on(event, body => {
      if (adapter.solver === solver) tell(adapter, body);
    });
  on('progress', (_, { text, fraction }) => adapter.progress.update(text, fraction));
  on('running', running);
  on('stopped', stopped);
  on('metrics', (_, batch) => adapter.feed.hear(batch));
  on('finding', finding);
  on('branch', (_, branch) => {
    const future = adapter.run?.addFuture(branch);
    if (future === undefined) return;
    adapter.emit('thread', { reason: 'started', threadId: future.thread });
    adapter.emit('blockstep/branch', { ...branch, threadId: future.thread });
  });
  on('edited', edited);
  on('keyframe', ({ run }, keyframe) => {
    if (run !== null) run.keyframe = keyframe;
  });
  on('output', (_, { category, text }) => output(adapter, category, text));
  on('unresponsive', (_, { text }) => output(adapter, 'important', `${text}\n`));
  solver.onExit(exit => {
    if (adapter.solver === solver && !exit.expected) crashed(adapter, exit);
  });
}

export function output(
  adapter: Adapter,
  category: Events['output']['category'],
  text: string,
): void {
  adapter.emit('output', { category, output: text.endsWith('\n') ? text : `${text}\n` });
}

function running(adapter: Adapter): void {
  // Moved by somebody else than this client: a panel that speaks to the same child.
  if (adapter.run?.hearRunning()) {
    adapter.emit('continued', { threadId: liveThread, allThreadsContinued: true });
  }
}

/** The run stands still: says so to the client, once it may know of the run at all. */
export function stopped(adapter: Adapter, told: Stop): void {
  const { run } = adapter;
  if (run === null) return;
  const stop = run.stopped(told);
  adapter.progress.end();
  if (!run.begun) return;
  const exitCode = endsWith(stop);
  if (adapter.noDebug && exitCode !== null) {
    output(adapter, 'console', finished(stop.text));
    end(adapter, exitCode);
    return;
  }
  if (exitCode !== null && stop.finding === null) output(adapter, 'console', stop.text);
  adapter.emit('stopped', stoppedBody(stop));
}

/** The client is told once that the session is over. */
export function end(adapter: Adapter, exitCode: number | null): void {
  if (adapter.over) return;
  adapter.over = true;
  adapter.dispose();
  if (exitCode !== null) adapter.emit('exited', { exitCode });
  adapter.emit('terminated', {});
}

const reasons: Readonly<Record<Stop['reason'], string>> = {
  entry: 'entry',
  step: 'step',
  pause: 'pause',
  goto: 'goto',
  breakpoint: 'breakpoint',
  functionBreakpoint: 'function breakpoint',
  dataBreakpoint: 'data breakpoint',
  finding: 'exception',
  converged: 'converged',
  budget: 'budget',
  nonfinite: 'exception',
  failed: 'exception',
};
const headings: Readonly<Partial<Record<Stop['reason'], string>>> = {
  converged: 'Converged',
  budget: 'Budget used',
  nonfinite: 'Not finite',
  failed: 'Failed',
};

function stoppedBody(stop: Stop): object {
  const { reason, text, breakpoints } = stop;
  const description = stop.finding?.name ?? headings[reason];
  const hit = breakpoints.map(Number).filter(Number.isInteger);
  return {
    reason: reasons[reason],
    threadId: liveThread,
    allThreadsStopped: true,
    ...(description === undefined ? {} : { description }),
    ...(text === '' ? {} : { text }),
    ...(hit.length === 0 ? {} : { hitBreakpointIds: hit }),
  };
}

/** The exit code of a run that ends so, by the command line's rule; null where it may go on. */
function endsWith({ reason }: Stop): number | null {
  if (reason === 'converged' || reason === 'budget') return 0;
  return reason === 'nonfinite' || reason === 'failed' ? 3 : null;
}

function finding(adapter: Adapter, body: Finding): void {
  output(adapter, 'console', body.text);
  adapter.emit('blockstep/finding', jsonSafe(body) as object);
}

function edited(adapter: Adapter, { edits, position }: Events['edited']): void {
  const { run } = adapter;
  if (run === null) return;
  const before = run.position;
  run.edits = edits;
  run.stands(position);
  if (run.running || !adapter.client.invalidated || !run.begun) return;
  // Frames name the sweep, the block and the phase; asking for them again costs a redraw, so only where they changed.
  const same =
    before?.k === position.k &&
    before.sweep === position.sweep &&
    before.block === position.block &&
    before.phase === position.phase;
  adapter.emit('invalidated', { areas: [same ? 'variables' : 'stacks'] });
}

/** The session stays open, so that what was computed can still be looked at and the run be restored. */
function crashed(adapter: Adapter, exit: SolverExit): void {
  const { run } = adapter;
  // During a launch its own failure says the same.
  if (run === null) return;
  run.exit = exit;
  run.running = false;
  run.references.clear();
  adapter.progress.end();
  adapter.feed.stop();
  // Not `important`: the stop says it loudly already, and VS Code would show a second message.
  output(adapter, 'stderr', exit.text);
  finding(adapter, crashFinding(exit));
  adapter.emit('stopped', {
    reason: 'exception',
    threadId: liveThread,
    allThreadsStopped: true,
    description: 'crash',
    text: exit.text,
  });
}

export function crashFinding(exit: SolverExit): Finding {
  return {
    k: exit.k ?? 0,
    name: 'crash',
    block: exit.position?.block ?? null,
    text: exit.text,
    evidence: { exit: exit.signal ?? exit.code ?? 'unknown' },
    ...(exit.stderr.length === 0 ? {} : { stack: exit.stderr.join('\n') }),
  };
}
