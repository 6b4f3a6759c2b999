import { ChildSession } from './trace/childSession.ts';
import type { ToChild } from './wire/protocol.ts';

/** Entry of the child process: keeps the wire, which answers whatever the solver thread is doing. */
const session = new ChildSession(message => {
  process.send?.(message, undefined, undefined, () => session.sent());
  return process.connected;
});
process.on('message', message => session.receive(message as ToChild));
for (const ending of ['disconnect', 'SIGTERM'] as const) {
  process.on(ending, () => {
    session.close();
    process.exit(0);
  });
}
