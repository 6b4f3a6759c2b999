import type { Events } from '../../solver/wire/protocol.ts';
import type { Finding, Stop } from '../../solver/wire/run.ts';
import { assertNever, finished } from '../errors.ts';
import type { RunClient } from '../run/client.ts';
import type { Change, SourceExit } from '../run/source.ts';
import { type Adapter, liveThread } from './adapter.ts';
import { jsonSafe } from './outlet.ts';

/** Forwards the run's changes to the client as events, as long as it is the session's current run. */
export function listen(adapter: Adapter, run: RunClient): void {
  const subscription = run.onDidChange(change => {
    if (adapter.run === run && !adapter.over) tell(adapter, change);
    else if (adapter.run !== run) subscription.dispose();
  });
}

function tell(adapter: Adapter, change: Change): void {
  switch (change.kind) {
    case 'progress':
      adapter.progress.update(change.text, change.fraction);
      return;
    case 'running':
      // The client knows about its own requests; here it learns about movements started elsewhere.
      if (change.origin !== 'adapter' && adapter.begun) {
        adapter.emit('continued', { threadId: liveThread, allThreadsContinued: true });
      }
      return;
    case 'stopped':
      stopped(adapter, change.stop);
      return;
    case 'rows':
      adapter.feed.hear(change.batch);
      return;
    case 'finding':
      finding(adapter, change.finding);
      return;
    case 'branch': {
      const threadId = liveThread + (adapter.run?.facts.branches.length ?? 0);
      adapter.emit('thread', { reason: 'started', threadId });
      adapter.emit('blockstep/branch', { ...change.branch, threadId });
      // The client holds a new thread for a running one until it asks again.
      invalidate(adapter, 'threads');
      return;
    }
    case 'edited':
      edited(adapter, change.moved);
      return;
    case 'output':
      output(adapter, change.output.category, change.output.text);
      return;
    case 'unresponsive':
      output(adapter, 'important', change.text);
      return;
    case 'crashed':
      crashed(adapter, change.exit);
      return;
    case 'loaded':
    case 'facts':
    case 'refined':
    case 'entry':
    case 'responsive':
    case 'breakpoints':
    case 'lifted':
    case 'ended':
      return;
    default:
      assertNever(change);
  }
}

export function output(
  adapter: Adapter,
  category: Events['output']['category'],
  text: string,
): void {
  adapter.emit('output', { category, output: text.endsWith('\n') ? text : `${text}\n` });
}

/** Tells the client that the run has stopped, once the launch was answered. */
function stopped(adapter: Adapter, stop: Stop): void {
  adapter.forget();
  adapter.progress.end();
  if (!adapter.begun) return;
  const exitCode = endsWith(stop);
  if (adapter.noDebug && exitCode !== null) {
    output(adapter, 'console', finished(stop.text));
    end(adapter, exitCode);
    return;
  }
  if (exitCode !== null && stop.finding === null) output(adapter, 'console', stop.text);
  adapter.emit('stopped', stoppedBody(stop));
}

/** Tells the client, once, that the session is over. */
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

/** The exit code for this stop, as the command line defines it; null where the run can continue. */
function endsWith({ reason }: Stop): number | null {
  if (reason === 'converged' || reason === 'budget') return 0;
  return reason === 'nonfinite' || reason === 'failed' ? 3 : null;
}

function finding(adapter: Adapter, body: Finding): void {
  // What a method does is on the line of time; the console tells what is wrong.
  if (!body.event) output(adapter, 'console', body.text);
  adapter.emit('blockstep/finding', jsonSafe(body) as object);
}

function edited(adapter: Adapter, moved: boolean): void {
  adapter.forget();
  // Frames name the sweep, the block and the phase; asking for them again costs a redraw, so only where they changed.
  invalidate(adapter, moved ? 'stacks' : 'variables');
}

function invalidate(adapter: Adapter, area: 'threads' | 'stacks' | 'variables'): void {
  const { run } = adapter;
  if (run === null || run.isRunning || !adapter.client.invalidated || !adapter.begun) return;
  adapter.emit('invalidated', { areas: [area] });
}

/** The session stays open, so that the computed steps can be viewed and the run recovered. */
function crashed(adapter: Adapter, exit: SourceExit): void {
  // During a launch its own failure says the same.
  if (adapter.run?.info === null || !adapter.begun) return;
  adapter.references.clear();
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

export function crashFinding(exit: SourceExit): Finding {
  return {
    k: exit.k ?? 0,
    name: 'crash',
    block: exit.position?.block ?? null,
    text: exit.text,
    evidence: { exit: exit.signal ?? exit.code ?? 'unknown' },
    ...(exit.stderr.length === 0 ? {} : { stack: exit.stderr.join('\n') }),
  };
}
