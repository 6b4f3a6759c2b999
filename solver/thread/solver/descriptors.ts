import programs, { ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { Writable } from 'node:stream';

type Category = 'stdout' | 'stderr';
type Print = (category: Category, text: string) => void;
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
  keepPrograms();
  syncBuiltinESMExports();
}

/** A program that a module starts with the process's own output has its error output for both: its report is no other's. */
function keepPrograms(): void {
  const { spawn } = ChildProcess.prototype as unknown as { spawn: Call };
  Object.assign(ChildProcess.prototype, {
    spawn(this: unknown, options: object) {
      return spawn.call(this, asideOf(options));
    },
  });
  for (const name of ['spawnSync', 'execFileSync', 'execSync'] as const) {
    const usual = programs[name] as Call;
    const start = (...given: unknown[]) => usual(...given.map(asideOf));
    Object.assign(programs, { [name]: start });
  }
}

/** The options of a program whose output is not this process's; anything else as it is. */
function asideOf<T>(options: T): T {
  const { stdio } = (options ?? {}) as { stdio?: unknown };
  if (stdio === undefined || stdio === null || typeof options !== 'object') return options;
  const each = Array.isArray(stdio) ? stdio : [stdio, stdio, stdio];
  const ours: readonly unknown[] = [1, process.stdout, process.stderr];
  const isOurs = (one: unknown, at: number) =>
    ours.includes(one === 'inherit' ? at : ((one as { fd?: unknown } | null)?.fd ?? one));
  return { ...options, stdio: each.map((one, at) => (isOurs(one, at) ? 2 : one)) };
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
