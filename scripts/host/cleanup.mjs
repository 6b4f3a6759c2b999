// What a process has started or written ends with it, also when a signal ends it.

const undos = new Set();
let listening = false;

/**
 * Calls `undo`, which must not wait for anything, when this process ends. Returns a function that makes it forgotten.
 * @param {() => void} undo
 */
export function onEnd(undo) {
  listen();
  undos.add(undo);
  return () => undos.delete(undo);
}

function listen() {
  if (listening) return;
  listening = true;
  process.once('exit', () => {
    for (const undo of undos) undo();
  });
  // Without a listener a signal ends the process before the line above gets its turn.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(name, () => process.exit(130));
}
