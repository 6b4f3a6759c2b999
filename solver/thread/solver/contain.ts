import { EventEmitter } from 'node:events';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import process from 'node:process';
import { Writable } from 'node:stream';
import threads from 'node:worker_threads';
import { Escape, sentenceOf } from '../../modules/userError.ts';
import type { Finding } from '../../wire/run.ts';
import { keepPrograms } from './programs.ts';

type Category = 'stdout' | 'stderr';
type Print = (category: Category, text: string) => void;

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

type Call = (...given: unknown[]) => unknown;

/** What names the process's own output: its descriptors, and the files that mean them. */
const PLACES: ReadonlyMap<unknown, Category> = new Map<unknown, Category>(
  (['stdout', 'stderr'] as const).flatMap((category, i) => [
    [i + 1, category],
    [`/dev/${category}`, category],
    [`/dev/fd/${i + 1}`, category],
    [`/proc/self/fd/${i + 1}`, category],
  ]),
);

/**
 * What a module writes to the process's standard output or error by its descriptor is printed like everything else it prints:
 * the process's own output is a report or a protocol.
 */
export function keepDescriptors(print: Print): void {
  const written = (category: Category, data: unknown, ...place: unknown[]): number => {
    const bytes = bytesOf(data, ...place);
    print(category, bytes.toString());
    return bytes.byteLength;
  };
  const whole = (category: Category, data: unknown) => void written(category, data);
  const all = (category: Category, parts: unknown) =>
    written(category, Buffer.concat((parts as Uint8Array[]).map(part => bytesOf(part))));
  const descriptor = (category: Category) => (category === 'stdout' ? 1 : 2);
  const stream = (category: Category) =>
    new Writable({
      write(chunk, _encoding, done) {
        whole(category, chunk);
        done();
      },
    });
  replace(fs, { writeSync: written, writevSync: all, writeFileSync: whole, appendFileSync: whole });
  replace(fs, { openSync: descriptor, closeSync: () => undefined, createWriteStream: stream });
  replace(fs, later({ write: written, writev: all, writeFile: whole, appendFile: whole }));
  replace(fs, later({ open: descriptor, close: () => undefined }));
  const promised = async (category: Category, data: unknown) => whole(category, data);
  replace(fs.promises, { writeFile: promised, appendFile: promised });
  keepPrograms(print);
  syncBuiltinESMExports();
}

/** Functions of a place that do something else where the place is the process's own output. */
function replace(
  owner: object,
  functions: Readonly<Record<string, (category: Category, ...rest: never[]) => unknown>>,
): void {
  for (const [name, instead] of Object.entries(functions)) {
    const usual = (owner as Record<string, Call>)[name] as Call;
    Object.assign(owner, {
      [name]: (place: unknown, ...rest: unknown[]): unknown => {
        const category = PLACES.get(place) ?? PLACES.get((rest[0] as { fd?: unknown } | null)?.fd);
        return category === undefined
          ? usual(place, ...rest)
          : (instead as Call)(category, ...rest);
      },
    });
  }
}

/** The same with the result given to a callback, the last argument. */
function later(
  functions: Readonly<Record<string, (category: Category, ...rest: never[]) => unknown>>,
) {
  return Object.fromEntries(
    Object.entries(functions).map(([name, instead]) => [
      name,
      (category: Category, ...rest: unknown[]) => {
        const done = rest.at(-1);
        const given = typeof done === 'function' ? rest.slice(0, -1) : rest;
        const result = (instead as Call)(category, ...given);
        if (typeof done === 'function') process.nextTick(done as Call, null, result, rest[0]);
      },
    ]),
  );
}

/** The bytes that a write means: a text, or a part of what holds some. */
function bytesOf(data: unknown, ...[from, length]: unknown[]): Buffer {
  if (!ArrayBuffer.isView(data)) return Buffer.from(String(data));
  const at =
    typeof from === 'object' && from !== null ? (from as { offset?: number }).offset : from;
  const count =
    typeof from === 'object' && from !== null ? (from as { length?: number }).length : length;
  const start = typeof at === 'number' ? at : 0;
  const bytes = typeof count === 'number' ? count : data.byteLength - start;
  return Buffer.from(data.buffer, data.byteOffset + start, bytes);
}
