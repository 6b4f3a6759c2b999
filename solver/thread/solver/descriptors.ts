import fs from 'node:fs';
import net from 'node:net';
import { resolve } from 'node:path';
import process from 'node:process';
import { Writable } from 'node:stream';
import tty from 'node:tty';
import { fileURLToPath } from 'node:url';
import { format } from 'node:util';
import { Escape } from '../../modules/userError.ts';
import type { Category, Print } from './programs.ts';

type Call = (...given: unknown[]) => unknown;
type Ways = Readonly<Record<string, (category: Category, ...rest: never[]) => unknown>>;

/** Files that mean the process's own output. */
const PLACES: ReadonlyMap<unknown, Category> = new Map<unknown, Category>(
  (['stdout', 'stderr'] as const).flatMap((category, i) => [
    [`/dev/${category}`, category],
    [`/dev/fd/${i + 1}`, category],
    ...['self', 'thread-self', process.pid].map(
      process => [`/proc/${process}/fd/${i + 1}`, category] as const,
    ),
  ]),
);

/** Node's own parts that write to a descriptor past all of this. */
const BENEATH = /^(fs|process_wrap|spawn_sync|stream_wrap|(pipe|tcp|tty|udp)_wrap)$/;

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
  const stream = (category: Category) => {
    const made = new Writable({
      write(chunk, _encoding, done) {
        whole(category, chunk);
        done();
      },
    });
    return Object.assign(made, { ref: () => made, unref: () => made });
  };
  replace(fs, { writeSync: written, writevSync: all, writeFileSync: whole, appendFileSync: whole });
  replace(fs, { openSync: descriptor, closeSync: () => undefined, createWriteStream: stream });
  replace(fs, later({ write: written, writev: all, writeFile: whole, appendFile: whole }));
  replace(fs, later({ open: descriptor, close: () => undefined }));
  const promised = async (category: Category, data: unknown) => whole(category, data);
  const handle = async (category: Category) => ({
    fd: descriptor(category),
    write: async (buffer: unknown, ...place: unknown[]) => ({
      bytesWritten: written(category, buffer, ...place),
      buffer,
    }),
    writev: async (buffers: unknown) => ({ bytesWritten: all(category, buffers), buffers }),
    writeFile: (data: unknown) => promised(category, data),
    appendFile: (data: unknown) => promised(category, data),
    createWriteStream: () => stream(category),
    close: async () => undefined,
  });
  replace(fs.promises, { writeFile: promised, appendFile: promised, open: handle });
  net.Socket = made(net.Socket, stream);
  tty.WriteStream = made(tty.WriteStream, stream);
  const { binding } = process as unknown as { binding: Call };
  Object.assign(process, {
    binding(name: unknown): unknown {
      if (BENEATH.test(String(name))) throw new Escape(`process.binding(${name})`);
      return binding.call(process, name);
    },
    _rawDebug: (...said: unknown[]) => print('stderr', `${format(...said)}\n`),
  });
}

/** Which of the process's own outputs a descriptor, a file, or options with a descriptor mean. */
function categoryOf(place: unknown): Category | undefined {
  if (place === 1) return 'stdout';
  if (place === 2) return 'stderr';
  if (typeof place === 'string') return PLACES.get(resolve(place));
  if (place instanceof Uint8Array) return PLACES.get(Buffer.from(place).toString());
  if (place instanceof URL && place.protocol === 'file:') return PLACES.get(fileURLToPath(place));
  return undefined;
}

const descriptorOf = (options: unknown): unknown => (options as { fd?: unknown } | null)?.fd;

/** Functions of a place that do something else where the place is the process's own output. */
function replace(owner: object, functions: Ways): void {
  for (const [name, instead] of Object.entries(functions)) {
    const usual = (owner as Record<string, Call>)[name] as Call;
    Object.assign(owner, {
      [name]: (place: unknown, ...rest: unknown[]): unknown => {
        const category = categoryOf(place) ?? categoryOf(descriptorOf(rest[0]));
        return category === undefined
          ? usual(place, ...rest)
          : (instead as Call)(category, ...rest);
      },
    });
  }
}

/** A class whose objects of a descriptor are a stream that prints, where the descriptor is the process's own output. */
function made<Class extends new (place: never, ...rest: never[]) => object>(
  usual: Class,
  stream: (category: Category) => object,
): Class {
  return new Proxy(usual, {
    construct(target, given, own): object {
      const category = categoryOf(descriptorOf(given[0]) ?? given[0]);
      return category === undefined ? Reflect.construct(target, given, own) : stream(category);
    },
  });
}

/** The same with the result given to a callback, the last argument. */
function later(functions: Ways) {
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
