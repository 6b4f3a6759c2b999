import { WireThread } from './thread/wireThread.ts';
import type { ToChild } from './wire/protocol.ts';

/** Entry of the child process: keeps the wire, which answers whatever the solver thread is doing. */
const session = new WireThread(message => {
  process.send?.(message, undefined, undefined, () => session.sent());
  return process.connected;
});
process.on('message', message => session.receive(message as ToChild));
process.on('disconnect', () => process.exit(0));
