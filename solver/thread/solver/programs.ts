import programs, { ChildProcess } from 'node:child_process';
import process from 'node:process';
import type { Readable } from 'node:stream';

export type Category = 'stdout' | 'stderr';
export type Print = (category: Category, text: string) => void;
type Call = (...given: unknown[]) => unknown;

/** A program that is waited for may print so many bytes to the process's own output; more ends it, as `maxBuffer` does. */
const MOST = 64 * 1024 * 1024;

/** Outputs of running programs that are printed here. */
const open = new Set<Readable>();

/** What a program that a module starts would write to the process's own output is printed like everything else it prints. */
export function keepPrograms(print: Print): void {
  const { spawn } = ChildProcess.prototype as unknown as { spawn: Call };
  Object.assign(ChildProcess.prototype, {
    spawn(this: ChildProcess, options: object) {
      const kept = piped(options);
      const result = spawn.call(this, kept.options);
      follow(this, kept.ours, print);
      return result;
    },
  });
  const { spawnSync, execFileSync, execSync } = programs as unknown as Readonly<
    Record<string, Call>
  >;
  const waited = (given: readonly unknown[], kept: Kept): Written => {
    const { maxBuffer = 0 } = kept.options as { maxBuffer?: number };
    const options = { ...kept.options, maxBuffer: Math.max(MOST, maxBuffer) };
    const written = spawnSync!(...given, options) as Written;
    take(written, kept.ours, print);
    return written;
  };
  /** The same way of all three: the usual one for a program that keeps its output to itself. */
  const instead = (usual: Call, start: (given: readonly unknown[], kept: Kept) => unknown) => {
    return (...given: unknown[]) => {
      const at = given.findIndex(one => stdioOf(one) !== null);
      const kept = piped((at < 0 ? {} : given[at]) as object);
      return kept.ours.size === 0 ? usual(...given) : start(given.slice(0, at), kept);
    };
  };
  Object.assign(programs, {
    spawnSync: instead(spawnSync!, waited),
    execFileSync: instead(execFileSync!, (given, kept) =>
      outputOf(waited(given, kept), given.flat().join(' ')),
    ),
    execSync: instead(execSync!, (given, kept) => {
      const shell = (kept.options as { shell?: string }).shell ?? true;
      const options = { ...kept.options, shell };
      return outputOf(waited(given, { ...kept, options }), String(given[0]));
    }),
  });
}

/** Settles when the programs that still run have ended their output, or after `ms`. */
export async function programsEnd(ms: number): Promise<void> {
  const until = performance.now() + ms;
  while (open.size > 0 && performance.now() < until)
    await new Promise(resolve => setTimeout(resolve, 5));
}

/** Prints what a program writes; its module sees what it would of a program with the process's own output. */
function follow(program: ChildProcess, ours: Kept['ours'], print: Print): void {
  const stdio = program.stdio as unknown as (Readable | null)[] | undefined;
  for (const [at, category] of ours) {
    const stream = stdio?.[at];
    if (!stdio || !stream) continue;
    open.add(stream);
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => print(category, text));
    stream.on('error', () => undefined);
    stream.once('close', () => open.delete(stream));
    stdio[at] = null;
    if (at === 1) program.stdout = null;
    if (at === 2) program.stderr = null;
  }
}

/** How a program ended that was waited for, with what it wrote. */
interface Written {
  readonly output?: (Buffer | string | null)[] | null;
  readonly status: number | null;
  readonly error?: Error;
  stdout: unknown;
  stderr: unknown;
}

/** Options of a program with pipes for those outputs that are the process's own, and which those are. */
interface Kept {
  readonly options: object;
  readonly ours: ReadonlyMap<number, Category>;
}

/** Prints what is the process's own of it; the module gets none of that. */
function take(written: Written, ours: Kept['ours'], print: Print): void {
  for (const [at, category] of ours) {
    const text = String(written.output?.[at] ?? '');
    if (text !== '') print(category, text);
    if (written.output) written.output[at] = null;
    if (at === 1) written.stdout = null;
    if (at === 2) written.stderr = null;
  }
}

/** What execSync and execFileSync return of a program, or throw. */
function outputOf(written: Written, command: string): unknown {
  const { error, status, stderr, stdout } = written;
  if (error) throw Object.assign(error, written);
  if (status === 0) return stdout;
  const said = String(stderr ?? '');
  throw Object.assign(
    new Error(`Command failed: ${command}${said === '' ? '' : `\n${said}`}`),
    written,
  );
}

function stdioOf(options: unknown): unknown {
  return typeof options === 'object'
    ? ((options as { stdio?: unknown } | null)?.stdio ?? null)
    : null;
}

function piped(options: object): Kept {
  const ours = new Map<number, Category>();
  const stdio = stdioOf(options);
  if (stdio === null) return { options, ours };
  const each: readonly unknown[] = Array.isArray(stdio) ? stdio : [stdio, stdio, stdio];
  const pipes = each.map((one, at) => {
    const category = categoryOf(one === 'inherit' ? at : one);
    if (at === 0 || category === null) return one;
    ours.set(at, category);
    return 'pipe';
  });
  return { options: { ...options, stdio: pipes }, ours };
}

/** Which of the process's own outputs a program is given: by its descriptor, or as a stream. */
function categoryOf(place: unknown): Category | null {
  const of = (place as { fd?: unknown } | null | undefined)?.fd ?? place;
  if (place === process.stdout || of === 1) return 'stdout';
  if (place === process.stderr || of === 2) return 'stderr';
  return null;
}
