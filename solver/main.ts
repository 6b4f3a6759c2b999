import { ChildSession } from './thread/childSession.ts';
import type { ToChild } from './wire/protocol.ts';

/** Entry of the child process: keeps the wire, which answers whatever the solver thread is doing. */
const session = new ChildSession(message => {
  process.send?.(message, undefined, undefined, () => session.sent());
  return process.connected;
});
process.on('message', message => session.receive(message as ToChild));
process.on('disconnect', () => process.exit(0));
