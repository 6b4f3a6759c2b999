import { parentPort, workerData } from 'node:worker_threads';
import type { FromThread, ThreadData, ToThread } from './thread/messages.ts';
import { ThreadSession } from './thread/session.ts';

/** Entry of the solver thread: one session, its messages in order. */
const port = parentPort;
if (!port) throw new Error('the solver thread has a parent');
const { shared } = workerData as ThreadData;
const session = new ThreadSession(shared, (message: FromThread) => port.postMessage(message));

let last: Promise<void> = Promise.resolve();
port.on('message', (message: ToThread) => {
  last = last.then(() => session.receive(message));
});
