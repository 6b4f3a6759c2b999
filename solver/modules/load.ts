import { statSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import { isRefusal, type Refusal } from '../core/part.ts';
import type { Poll, Problem } from '../core/problem.ts';
import { evaluate, type Output, seededScope } from './compile.ts';
import { type Spec, type UserFunctions, userFunctions, type Watch } from './functions.ts';
import { moduleBlocks, moduleProblem } from './problem.ts';
import { declaredPlaces, type Place, type Syntax, Unparsed } from './syntax.ts';
import { thrown, userFrames } from './userError.ts';
import { refusal, validateSpec } from './validate.ts';

/** A problem that a module defines. */
export interface ModuleProblem extends Problem {
  /** The module's absolute path. */
  readonly module: string;
  /** Where each block is declared in it. */
  readonly declared: ReadonlyMap<string, Place>;
  /** Every file of the user's that was read, the module first. */
  readonly files: readonly string[];
  readonly seed: number;
  /** The module's own functions, and the poll of long loops: for `checkModule`. */
  readonly functions: UserFunctions;
  readonly poll: Poll;
}

export interface LoadOptions {
  readonly seed: number;
  /** Called between calls of user functions; may throw to abandon the work. */
  readonly poll: Poll;
  /** Folder a relative path starts from. */
  readonly cwd?: string;
  /** What user code prints. */
  readonly output?: Output;
  /** Called when user code is entered and left, so that a function that does not return can be named. */
  readonly watch?: Watch;
}

/**
 * Reads, compiles, runs and checks a problem module. A mistake in it is a refusal of one sentence; later mistakes of its
 * functions are thrown as UserError. Nothing is cached between loads.
 */
export async function loadModule(
  shown: string,
  options: LoadOptions,
): Promise<ModuleProblem | Refusal> {
  const { seed, output = () => {}, watch = unwatched, cwd = '.' } = options;
  const path = resolve(cwd, shown);
  const wrong = pathFault(path);
  if (wrong !== null) {
    return refusal(shown, { wrong, accepted: 'the path of a problem module (.ts, .js)' });
  }
  const scope = seededScope(seed, output);
  const files = new Set<string>();
  watch.enter('module', null);
  try {
    const { exports, syntax } = evaluate(path, scope, files);
    const spec = validateSpec(defaultOf(exports), shown);
    if (isRefusal(spec)) return spec;
    return built({ path, spec, syntax, files, restart: scope.restart, watch }, options);
  } catch (reason) {
    return refusalOf(reason, shown, path, files);
  } finally {
    watch.leave();
  }
}

/** Why no module can be read from a path: a pipe or a device may never end. */
function pathFault(path: string): string | null {
  try {
    const info = statSync(path, { throwIfNoEntry: false });
    if (info === undefined) return 'does not exist';
    return info.isFile() ? null : 'is not a regular file';
  } catch (error) {
    return `cannot be read (${(error as NodeJS.ErrnoException).code})`;
  }
}

interface Loaded {
  readonly path: string;
  readonly spec: Spec;
  readonly syntax: Syntax;
  readonly files: ReadonlySet<string>;
  readonly restart: () => void;
  readonly watch: Watch;
}

function built(loaded: Loaded, { poll, seed }: LoadOptions): ModuleProblem {
  const { path, spec, syntax, files, restart, watch } = loaded;
  const blocks = moduleBlocks(spec.blocks);
  const places = declaredPlaces(
    syntax,
    blocks.map(({ name }) => name),
  );
  const functions = userFunctions(spec, {
    blocks,
    size: blocks.reduce((sum, { size }) => sum + size, 0),
    files,
    restart,
    watch,
    frame(term) {
      const place = places.keys.get(term);
      return place === undefined ? '' : `\n    at ${term} (${path}:${place.line})`;
    },
  });
  const name = spec.name ?? basename(path, extname(path));
  return {
    ...moduleProblem(name, spec, blocks, functions, poll),
    module: path,
    declared: places.blocks,
    files: [...files],
    seed,
    functions,
    poll,
  };
}

/** The default export, of a module or of a CommonJS file. */
function defaultOf(exports: unknown): unknown {
  const isModule = typeof exports === 'object' && exports !== null && '__esModule' in exports;
  if (isModule) return (exports as { default?: unknown }).default;
  const isEmpty =
    typeof exports === 'object' && exports !== null && Object.keys(exports).length === 0;
  return isEmpty ? undefined : exports;
}

/** Why a module could not be loaded: its syntax is wrong, an import is missing, or its own code threw. */
function refusalOf(
  reason: unknown,
  shown: string,
  path: string,
  files: ReadonlySet<string>,
): Refusal {
  const syntax = reason instanceof SyntaxError ? reason : null;
  if (syntax !== null) {
    const [frame] = syntax instanceof Unparsed ? [syntax] : userFrames(syntax.stack ?? '', files);
    const file = frame === undefined || frame.file === path ? '' : ` of ${frame.file}`;
    const where = frame === undefined ? '' : ` at line ${frame.line}${file}`;
    const said = syntax.message.replace(/^Error transforming .*?: /, '');
    const accepted = 'TypeScript or JavaScript that compiles, with imports and exports at its top';
    return refusal(shown, { wrong: `does not compile${where}: ${said}`, accepted });
  }
  const { message } = thrown(reason, 'module', null, files);
  return refusal(shown, {
    wrong: `could not be loaded, ${message.replaceAll('\n', ' ')}`,
    accepted: 'a module that loads without an error',
  });
}

const unwatched: Watch = { enter() {}, leave() {} };
