import { EventEmitter } from 'node:events';
import process from 'node:process';
import threads from 'node:worker_threads';
import { Escape } from '../../modules/userError.ts';
import type { Finding } from '../../wire/run.ts';
import { keepDescriptors } from './descriptors.ts';

type Print = (category: 'stdout' | 'stderr', text: string) => void;

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
  for (const category of ['stdout', 'stderr'] as const) {
    process[category].write = (chunk: unknown, ...rest: unknown[]) => {
      print(category, chunk instanceof Uint8Array ? Buffer.from(chunk).toString() : String(chunk));
      const done = rest.find(argument => typeof argument === 'function');
      if (done) (done as () => void)();
      return true;
    };
  }
  keepDescriptors(print);
  lock();
}

/**
 * The methods that the solver and Node itself live on stay what they are: a module that replaced one would end, or worse,
 * bend what runs beside it. Own methods of a module's objects and classes may still have these names, and new ones may be
 * added everywhere but on Object.prototype.
 */
function lock(): void {
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
  const stack = error instanceof Error ? (error.stack ?? String(error)) : String(error);
  return stack
    .split('\n')
    .filter(line => !/^\s+at /.test(line) || !(line.includes('node:') || line.includes(__dirname)))
    .join('\n');
}

/** `RangeError: the message`, in one line. */
export function sentenceOf(error: unknown): string {
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return said.split('\n')[0] as string;
}
