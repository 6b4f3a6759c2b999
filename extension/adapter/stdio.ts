import { stdin, stdout } from 'node:process';
import { createSolver } from '../child.ts';
import { RunClient } from '../run/client.ts';
import { AdapterSession } from './adapter-session.ts';

// The entry of dist/adapter.js: one session over stdin and stdout. No guard around it: a client may load it by `-e`.

/** Solvers that are not gone yet. */
const living = new Set<Promise<void>>();
/** The adapter does not outlive its session by more than these: a solver that is killed, a client that never reads. */
const SOLVER_MS = 2500;
const UNREAD_MS = 1000;

/** BLOCKSTEP_ROWS_MB: megabytes for the rows of a run, half here and half in its solver, as the editor's setting. */
const half = Number(process.env['BLOCKSTEP_ROWS_MB']) / 2 || undefined;

const session = new AdapterSession({
  createRun: () => new RunClient('1', 'stdio', watchedSolver, half && half * 2 ** 20),
});
// What is not the protocol's must not reach stdout.
console.log = console.error;

function watchedSolver() {
  const solver = createSolver(undefined, half);
  const gone = new Promise<void>(resolve => solver.onExit(() => resolve()));
  living.add(gone);
  void gone.then(() => living.delete(gone));
  return solver;
}

/** Ends once every request is answered, every solver gone, and the last response written. */
async function leave(): Promise<void> {
  await session.finish();
  await Promise.race([Promise.all(living), after(SOLVER_MS)]);
  const written = new Promise<void>(resolve => stdout.end(() => resolve()));
  await Promise.race([written, after(UNREAD_MS)]);
  process.exit(0);
}

function after(milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds));
}

for (const event of ['disconnected', 'close']) session.on(event, leave);
stdin.on('end', leave);
stdout.on('error', leave);
process.on('SIGTERM', leave);
session.start(stdin, stdout);
