import process from 'node:process';
import { parentPort, workerData } from 'node:worker_threads';
import type { FromThread, ThreadData, ToThread } from './thread/shared.ts';
import { contain } from './thread/solver/contain.ts';
import { SolverThread } from './thread/solver/solverThread.ts';

/** Entry of the solver thread: one run, its messages in order. */
const port = parentPort;
if (!port) throw new Error('the solver thread has a parent');
const { shared } = workerData as ThreadData;
const leave = process.exit;
const solver = new SolverThread(shared, (message: FromThread) => port.postMessage(message));

contain((category, text) => solver.print(category, text));
process.on('uncaughtException', error => solver.strayed(error));
process.on('unhandledRejection', error => solver.strayed(error));
// Nobody would hear it any more.
port.on('close', () => leave(1));

let last: Promise<void> = Promise.resolve();
port.on('message', (message: ToThread) => {
  last = last.then(() => solver.receive(message));
});
