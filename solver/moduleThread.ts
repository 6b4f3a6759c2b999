import process from 'node:process';
import { keepPrints } from './thread/solver/contain.ts';
import { PrintLimit } from './wire/printLimit.ts';

/**
 * Loaded first in a thread that a problem module starts: what is printed there goes to the thread that started it, and no more
 * of it than a module may print, so that nothing piles up on the way.
 */
const streams = { stdout: process.stdout, stderr: process.stderr };
const usual = {
  stdout: streams.stdout.write.bind(streams.stdout),
  stderr: streams.stderr.write.bind(streams.stderr),
};
const prints = new PrintLimit<'stdout' | 'stderr'>(
  (category, text) => usual[category](text),
  () => performance.now(),
);
keepPrints((category, text) => prints.print(category, text));
process.on('exit', () => prints.tell());
