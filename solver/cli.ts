import { once } from 'node:events';
import { resolve } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { version } from '../package.json';
import { runApart, runHere, type Task } from './cli/apart.ts';
import { commandOf, help, type RunCommand } from './cli/arguments.ts';
import { configurationOf } from './cli/file.ts';
import { listing } from './cli/report.ts';
import { isRefusal, type Refusal } from './core/part.ts';

const REFUSED = 2;
const FAILED = 3;
/** What shells give a program that Ctrl-C ended. */
const INTERRUPTED = 130;

const { stdout, stderr, argv } = process;
// The reader went away (`| head`): nothing is left to do, and nothing is wrong.
for (const stream of [stdout, stderr]) {
  stream.on('error', error => {
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(0);
    throw error;
  });
}

// The thread that solves is this file again.
if (isMainThread) {
  main().then(
    code => {
      process.exitCode = code;
    },
    (error: unknown) => {
      stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      process.exitCode = FAILED;
    },
  );
} else void runHere();

/** Does what the words of the command line ask for; resolves to the exit code. */
async function main(): Promise<number> {
  const command = commandOf(argv.slice(2));
  if (isRefusal(command)) return refused(command);
  switch (command.command) {
    case 'help':
      await print(help);
      return 0;
    case 'version':
      await print(`${version}\n`);
      return 0;
    case 'list':
      await print(listing(command.family, command.json));
      return 0;
    case 'run':
      return run(command);
    case 'replay':
      return apart({ kind: 'replay', path: resolve(command.file) }, command.json);
  }
}

async function run(command: RunCommand): Promise<number> {
  const config = configurationOf(command);
  if (isRefusal(config)) return refused(config);
  const plain = !stdout.isTTY || (process.env['NO_COLOR'] ?? '') !== '';
  return apart({ kind: 'run', config, every: command.every, plain }, command.json);
}

async function apart(task: Task, json: boolean): Promise<number> {
  const { ended, interrupted } = await runApart(__filename, { task, json }, print);
  if (typeof ended !== 'string') return refused(ended);
  if (ended === 'nonfinite' || ended === 'failed') return FAILED;
  return interrupted && ended === 'budget' ? INTERRUPTED : 0;
}

async function print(text: string): Promise<void> {
  if (text !== '' && !stdout.write(text)) await once(stdout, 'drain');
}

function refused({ refusal }: Refusal): number {
  stderr.write(`${refusal}\n`);
  return REFUSED;
}
