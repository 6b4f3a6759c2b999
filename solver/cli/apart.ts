import { once } from 'node:events';
import process from 'node:process';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { contain, userStack } from '../thread/solver/contain.ts';
import { programsEnd } from '../thread/solver/programs.ts';
import { PrintLimit } from '../wire/printLimit.ts';
import { replayTrace } from './replay.ts';
import { type Ended, jsonLines, type Terminal, table } from './report.ts';
import { runToEnd } from './run.ts';

/** A thread that does not let itself be ended is left behind after this long. */
const STUBBORN_MS = 500;

/** What programs of the module print after the end of the run is waited for as long as this. */
const LAST_WORDS_MS = 500;

export interface Apart {
  readonly task: Task;
  readonly json: boolean;
}

export type Task =
  | {
      readonly kind: 'run';
      readonly config: Readonly<Record<string, unknown>>;
      readonly every: number | null;
      /** Without bold letters. */
      readonly plain: boolean;
    }
  | { readonly kind: 'replay'; readonly path: string };

type Told =
  | { readonly kind: 'print'; readonly text: string }
  | { readonly kind: 'aside'; readonly category: 'stdout' | 'stderr'; readonly text: string }
  | { readonly kind: 'ended'; readonly ended: Ended };

interface Given extends Apart {
  /** Times the user asked for the end. */
  readonly asked: Int32Array;
}

/**
 * Runs in a thread of its own, so that the terminal is heard whatever the module does: the first Ctrl-C ends the run with its
 * report, the second ends everything at once. With `json` stdout holds the report and nothing else.
 */
export async function runApart(
  path: string,
  apart: Apart,
  print: (text: string) => Promise<void>,
): Promise<{ readonly ended: Ended; readonly interrupted: boolean }> {
  const asked = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(path, { workerData: { ...apart, asked } satisfies Given });
  process.on('SIGINT', () => {
    if (Atomics.add(asked, 0, 1) > 0) leaveAtOnce(worker);
  });
  const ended = await new Promise<Ended>(resolve => {
    worker.on('message', (told: Told) => {
      if (told.kind === 'ended') resolve(told.ended);
      else if (told.kind === 'print') void print(told.text).then(() => worker.postMessage(null));
      else (apart.json ? process.stderr : process[told.category]).write(told.text);
    });
    worker.on('error', error => process.stderr.write(`${userStack(error)}\n`));
    worker.on('exit', () => resolve('failed'));
  });
  await worker.terminate();
  return { ended, interrupted: asked[0] !== 0 };
}

/** The user asked twice: by the signal itself, where the thread cannot be ended. */
function leaveAtOnce(worker: Worker): void {
  void worker.terminate().then(() => process.exit(130));
  setTimeout(() => {
    process.removeAllListeners('SIGINT');
    process.kill(process.pid, 'SIGINT');
  }, STUBBORN_MS);
}

/** The thread's side: the run, whose every print waits until the main thread has written it. */
export async function runHere(): Promise<void> {
  const port = parentPort;
  if (!port) throw new Error('the thread has a parent');
  const { task, json, asked } = workerData as Given;
  const tell = (told: Told) => port.postMessage(told);
  const prints = new PrintLimit<'stdout' | 'stderr'>(
    (category, text) => tell({ kind: 'aside', category, text }),
    () => performance.now(),
  );
  const aside = (category: 'stdout' | 'stderr', text: string) => prints.print(category, text);
  contain(aside);
  let stray: { readonly error: unknown } | null = null;
  const strayed = (error: unknown) => {
    stray ??= { error };
  };
  process.on('uncaughtException', strayed);
  process.on('unhandledRejection', strayed);
  const terminal: Terminal = {
    async print(text) {
      if (text === '') return;
      tell({ kind: 'print', text });
      await once(port, 'message');
    },
    aside,
    interrupted: () => Atomics.load(asked, 0) !== 0,
    stray: () => stray,
  };
  // An exception that nobody caught would end the thread by the process's own exit, which is held away from modules.
  const ended = await doing(task, json, terminal).catch((error: unknown): Ended => {
    aside('stderr', `${error instanceof Error ? error.stack : String(error)}\n`);
    return 'failed';
  });
  await programsEnd(LAST_WORDS_MS);
  prints.tell();
  tell({ kind: 'ended', ended });
}

function doing(task: Task, json: boolean, terminal: Terminal): Promise<Ended> {
  if (task.kind === 'replay') return replayTrace(task.path, json, terminal);
  const { config, every, plain } = task;
  const report = json ? jsonLines(every) : table(every, text => (plain ? text : bold(text)));
  return runToEnd(config, report, terminal);
}

function bold(text: string): string {
  return `\u001b[1m${text.trimEnd()}\u001b[22m${text.endsWith('\n') ? '\n' : ''}`;
}
