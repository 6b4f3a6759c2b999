import { EventEmitter } from 'node:events';
import { syncBuiltinESMExports } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import threads from 'node:worker_threads';
import { Escape, sentenceOf } from '../../modules/userError.ts';
import type { Finding } from '../../wire/run.ts';
import { keepDescriptors } from './descriptors.ts';
import { keepPrograms, type Print } from './programs.ts';

/**
 * Keeps a module from ending the thread it runs in, from leaving it deaf and from printing past `print`: what would, throws
 * at the user's own line. Called once in a thread, before any module is loaded.
 */
export function contain(print: Print): void {
  const refuse = (what: string) => (code?: unknown) => {
    throw new Escape(`${what}(${code ?? ''})`);
  };
  Object.assign(process, {
    exit: refuse('process.exit'),
    reallyExit: refuse('process.reallyExit'),
    abort: refuse('process.abort'),
  });
  // The port is the wire's: a module finds one that nobody speaks on.
  const [close, postMessage] = [refuse('parentPort.close'), refuse('parentPort.postMessage')];
  Object.assign(threads, { parentPort: Object.assign(new EventEmitter(), { close, postMessage }) });
  keepPrints(print);
}

/** What is printed in this thread, in its programs and by their descriptors goes to `print`, as far as JavaScript can see to it. */
export function keepPrints(print: Print): void {
  for (const category of ['stdout', 'stderr'] as const) {
    process[category].write = (chunk: unknown, ...rest: unknown[]) => {
      print(category, chunk instanceof Uint8Array ? Buffer.from(chunk).toString() : String(chunk));
      const done = rest.find(argument => typeof argument === 'function');
      if (done) (done as () => void)();
      return true;
    };
  }
  keepDescriptors(print);
  keepPrograms(print);
  keepThreads();
  syncBuiltinESMExports();
}

/** The bundle that a thread of a module begins with. */
const FIRST = join(__dirname, 'moduleThread.js');

/** What is printed in threads that a module starts is kept there as it is here, and printed to the thread that started them. */
function keepThreads(): void {
  threads.Worker = new Proxy(threads.Worker, {
    construct(usual, [file, options], made): object {
      // The solver's own threads are bundles beside this one.
      if (dirname(String(file)) === __dirname)
        return Reflect.construct(usual, [file, options], made);
      const { execArgv = process.execArgv } = options ?? {};
      const kept = { ...options, execArgv: ['--require', FIRST, ...execArgv] };
      return Reflect.construct(usual, [file, kept], made);
    },
  });
}

/**
 * The methods that the solver and Node itself live on stay what they are: a module that replaced one would end, or worse,
 * bend what runs beside it. Own methods of a module's objects and classes may still have these names, and new ones may be
 * added everywhere but on Object.prototype. Called before a module is loaded, and only then: with it V8 takes slower ways
 * through arrays and iterators, which costs a run without modules a fifth of its speed.
 */
export function lock(): void {
  const typedArray = Object.getPrototypeOf(Float64Array.prototype);
  const iterators = [[][Symbol.iterator](), new Map().entries(), new Set().values()];
  const shared: object[] = [
    Array.prototype,
    typedArray,
    Map.prototype,
    Set.prototype,
    Promise.prototype,
    ...iterators.map(iterator => Object.getPrototypeOf(iterator)),
  ];
  for (const prototype of shared) {
    for (const key of Reflect.ownKeys(prototype)) {
      const own = Object.getOwnPropertyDescriptor(prototype, key);
      if (key === 'constructor' || typeof own?.value !== 'function') continue;
      Object.defineProperty(prototype, key, { writable: false, configurable: false });
    }
  }
  Object.preventExtensions(Object.prototype);
}

/** Asynchronous work of the module failed, outside of any of its functions: the finding, at step k. */
export function strayFinding(error: unknown, k: number): Finding {
  return {
    k,
    name: 'userError',
    block: null,
    text: `Asynchronous work of the module failed: ${sentenceOf(error)}`,
    evidence: {},
    stack: userStack(error),
  };
}

/** Something that is our fault failed beside the run: the finding, at step k. */
export function brokenFinding(error: unknown, k: number): Finding {
  return {
    k,
    name: 'crash',
    block: null,
    text: `What was measured beside the run failed: ${sentenceOf(error)}`,
    evidence: {},
    ...(error instanceof Error && error.stack ? { stack: error.stack } : {}),
  };
}

/** The lines of a stack that are not Node's and not of the solver's own bundles, its message first. */
export function userStack(error: unknown): string {
  const stack = (error instanceof Error ? error.stack : null) ?? sentenceOf(error);
  return stack
    .split('\n')
    .filter(line => !/^\s+at /.test(line) || !(line.includes('node:') || line.includes(__dirname)))
    .join('\n');
}
