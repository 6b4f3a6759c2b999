// For tests inside the extension host: a small test runner, because node:test has no process of its own there, and
// debug sessions with their messages as they pass.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import type { DebugProtocol } from '@vscode/debugprotocol';
import * as vscode from 'vscode';
import type { Exports } from '../../extension/main.ts';

interface HostTest {
  readonly title: string;
  readonly body: () => void | Promise<void>;
  readonly timeout: number;
}

const tests: HostTest[] = [];

/** Registers a test. Tests run one after the other, in the order of their files and lines. */
export function test(title: string, body: HostTest['body'], { timeout = 60_000 } = {}): void {
  tests.push({ title, body, timeout });
}

/** Runs what was registered and leaves lines and counts for `npm run host`. VS Code calls this. */
export async function run(): Promise<void> {
  const lines: string[] = [];
  let failed = 0;
  for (const { title, body, timeout } of tests) {
    const start = performance.now();
    const error = await outcome(body, timeout);
    const ms = Math.round(performance.now() - start);
    if (error !== undefined) failed++;
    lines.push(error === undefined ? `✔ ${title} (${ms} ms)` : `✖ ${title} (${ms} ms)\n${error}`);
    report(lines, lines.length - failed, failed, false);
  }
  report(lines, tests.length - failed, failed, true);
}

/** Undefined for a test that passed, else the error with its stack. */
async function outcome(body: HostTest['body'], timeout: number): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`The test took longer than ${timeout} ms.`)),
      timeout,
    );
  });
  try {
    await Promise.race([Promise.resolve().then(body), late]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  } finally {
    clearTimeout(timer);
  }
}

/** Written after every test, so that a host that crashes still shows how far it came. */
function report(lines: readonly string[], passed: number, failed: number, ended: boolean): void {
  const file = process.env['BLOCKSTEP_HOST_REPORT'];
  if (file !== undefined) writeFileSync(file, JSON.stringify({ lines, passed, failed, ended }));
}

export interface Debugged {
  readonly session: vscode.DebugSession;
  /** Every message from the adapter so far. */
  readonly messages: readonly DebugProtocol.ProtocolMessage[];
  /** Settles with the next `stopped` event that nobody waited for yet. */
  stopped(): Promise<DebugProtocol.StoppedEvent['body']>;
  /** Settles with the newest response to a command, once there is one. */
  response(command: string): Promise<DebugProtocol.Response>;
  /** Ends the session and settles when VS Code has terminated it. */
  end(): Promise<void>;
}

let count = 0;

/** Starts a session and settles when VS Code says that it runs. Fails when it is refused. */
export async function debug(configuration: Record<string, unknown>): Promise<Debugged> {
  const name = `test ${++count}`;
  const messages: DebugProtocol.ProtocolMessage[] = [];
  const heard = new vscode.EventEmitter<void>();
  const tracker = vscode.debug.registerDebugAdapterTrackerFactory('blockstep', {
    createDebugAdapterTracker: ({ configuration }) => ({
      onDidSendMessage(message: DebugProtocol.ProtocolMessage) {
        if (configuration['name'] !== name) return;
        messages.push(message);
        heard.fire();
      },
    }),
  });
  const started = new Promise<vscode.DebugSession>(settle => {
    const subscription = vscode.debug.onDidStartDebugSession(session => {
      subscription.dispose();
      settle(session);
    });
  });
  const folder = vscode.workspace.workspaceFolders?.[0];
  const whole = { type: 'blockstep', request: 'launch', name, ...configuration };
  assert.equal(await vscode.debug.startDebugging(folder, whole), true, 'the session was refused');
  const session = await started;
  let stops = 0;

  /** Settles with what `find` finds, now or after a message to come. */
  function when<T>(find: () => T | undefined): Promise<T> {
    return new Promise(settle => {
      const look = () => {
        const found = find();
        if (found === undefined) return;
        subscription.dispose();
        settle(found);
      };
      const subscription = heard.event(look);
      look();
    });
  }
  const isStop = (message: DebugProtocol.ProtocolMessage): message is DebugProtocol.StoppedEvent =>
    message.type === 'event' && (message as DebugProtocol.Event).event === 'stopped';

  return {
    session,
    messages,
    async stopped() {
      const at = stops++;
      return (await when(() => messages.filter(isStop)[at])).body;
    },
    response: command =>
      when(() =>
        messages
          .filter(message => message.type === 'response')
          .map(message => message as DebugProtocol.Response)
          .findLast(response => response.command === command),
      ),
    async end() {
      const ended = new Promise<void>(settle => {
        const subscription = vscode.debug.onDidTerminateDebugSession(({ id }) => {
          if (id !== session.id) return;
          subscription.dispose();
          settle();
        });
      });
      await vscode.debug.stopDebugging(session);
      await ended;
      tracker.dispose();
      heard.dispose();
    },
  };
}

/** What the extension exports for tests; see `Exports` in extension/main.ts. */
export async function extensionExports(): Promise<Exports> {
  const extension = vscode.extensions.getExtension<Exports>('blockstep.blockstep');
  assert.ok(extension, 'the host does not know the extension');
  return extension.activate();
}

/** Settles when something changes. */
export function changed({ onDidChange }: Pick<Exports['sessions'], 'onDidChange'>): Promise<void> {
  return new Promise(settle => {
    const subscription = onDidChange(() => {
      subscription.dispose();
      settle();
    });
  });
}
