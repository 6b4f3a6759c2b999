import { stdin, stdout } from 'node:process';
import { createSolver } from '../child.ts';
import { RunClient } from '../run/client.ts';
import { BlockstepSession } from './session.ts';

// The entry of dist/adapter.js: one session over stdin and stdout. No guard around it: a client may load it by `-e`.

const session = new BlockstepSession({
  createRun: () => new RunClient('1', 'stdio', createSolver),
});
// What is not the protocol's must not reach stdout.
console.log = console.error;

/** Ends once the last response is written. */
function leave(): void {
  session.dispose();
  stdout.end(() => process.exit(0));
}

session.on('disconnected', leave);
session.on('close', leave);
stdin.on('end', leave);
process.on('SIGTERM', leave);
session.start(stdin, stdout);
