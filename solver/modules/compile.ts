// Compiles a module and runs it in a scope of its own, whose randomness is seeded and whose prints are passed on.

import { Console } from 'node:console';
import { readFileSync, statSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, extname, join, resolve } from 'node:path';
import { Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { compileFunction } from 'node:vm';
import { transform } from 'sucrase';
import { type Draw, stream } from '../core/random.ts';
import * as blockstep from './index.ts';
import { collect, type Syntax, syntaxOf, transformsOf } from './syntax.ts';

/** What a module's code sees in place of the globals. */
export interface ModuleScope {
  readonly Math: typeof Math;
  readonly console: Console;
}

/** An evaluated module: what it exports, the tree of its source, and the files of the user's that were read for it. */
export interface Evaluated {
  readonly exports: unknown;
  readonly syntax: Syntax;
  readonly files: ReadonlySet<string>;
}

interface Module {
  exports: unknown;
}

/**
 * Runs a problem module: types are stripped and imports become requires without moving a line, so stacks are the
 * user's own. Relative imports are compiled alike, with the same scope; `blockstep` is this engine's; Node's modules and
 * installed packages come from Node. Throws what the parser, the file system or the module's own code throws.
 * `files` grows while modules load, so that an error's stack can be trimmed to them.
 */
export function evaluate(path: string, scope: ModuleScope, files: Set<string>): Evaluated {
  const loaded = new Map<string, Module>();
  const source = readFileSync(path, 'utf8');
  files.add(path);
  const syntax = syntaxOf(source, path);
  return { exports: run(path, syntax), syntax, files };

  function run(file: string, parsed: Syntax): unknown {
    const module: Module = { exports: {} };
    loaded.set(file, module);
    const { code } = transform(withoutImportMeta(parsed), {
      transforms: transformsOf(file),
      disableESTransforms: true,
      filePath: file,
    });
    const body = compileFunction(
      code,
      ['exports', 'require', 'module', '__filename', '__dirname', META, 'Math', 'console'],
      { filename: file },
    );
    const meta = { url: pathToFileURL(file).href, filename: file, dirname: dirname(file) };
    const { Math: math, console } = scope;
    body(module.exports, requireFrom(file), module, file, dirname(file), meta, math, console);
    return module.exports;
  }

  function requireFrom(importer: string): (id: string) => unknown {
    const nodes = createRequire(importer);
    return id => {
      if (id === 'blockstep') return blockstep;
      if (isBuiltin(id) || !/^\.{0,2}\//.test(id)) return nodes(id);
      const file = fileOf(resolve(dirname(importer), id));
      if (file === null) throw new Error(`no file "${id}" was found beside ${importer}`);
      const done = loaded.get(file);
      if (done !== undefined) return done.exports;
      if (!MODULE.test(extname(file))) return nodes(file);
      const text = readFileSync(file, 'utf8');
      files.add(file);
      return run(file, syntaxOf(text, file));
    };
  }
}

const META = '__importMeta';
const MODULE = /^\.[mc]?[jt]s$/;

/** `import.meta` does not exist in the form modules are run in; a name of our own stands for it. Columns move, lines do not. */
function withoutImportMeta({ source, program }: Syntax): string {
  const places = collect(program, ({ type, start, end }) =>
    type === 'MetaProperty' && source.startsWith('import', start ?? 0)
      ? { start: start ?? 0, end: end ?? 0 }
      : null,
  );
  let out = '';
  let from = 0;
  for (const { start, end } of places) {
    out += source.slice(from, start) + META;
    from = end;
  }
  return out + source.slice(from);
}

/** The file an import means: as written, `.ts` for a `.js` that is not there, or with an ending or `index` added. */
function fileOf(path: string): string | null {
  const endings = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs', '.json'];
  const candidates = [
    path,
    path.replace(/\.([mc]?)js$/, '.$1ts'),
    ...endings.map(ending => path + ending),
    ...endings.map(ending => join(path, `index${ending}`)),
  ];
  return candidates.find(file => statSync(file, { throwIfNoEntry: false })?.isFile()) ?? null;
}

/** What user code printed. */
export type Output = (category: 'stdout' | 'stderr', text: string) => void;

/** The globals of a module, and `restart`, which is called before each call of a user function. */
export interface SeededScope extends ModuleScope {
  /** Restarts the random stream of the functions, so that a call's value depends on its arguments and the seed alone. */
  restart(): void;
}

/**
 * `Math.random` drawn from the seed: one stream while the module is loaded, and another that every call of a user
 * function begins at its first number. A random number in `value` is thus the same in `gradient` and in a replay.
 */
export function seededScope(seed: number, output: Output): SeededScope {
  let draw: Draw | null = stream(seed, 'module');
  const random = (): number => {
    draw ??= stream(seed, 'function');
    return draw();
  };
  return {
    // Math as prototype: its functions stay those that the compiler inlines.
    Math: Object.create(Math, { random: { value: random } }) as typeof Math,
    console: new Console({
      stdout: sink(text => output('stdout', text)),
      stderr: sink(text => output('stderr', text)),
      colorMode: false,
    }),
    restart() {
      draw = null;
    },
  };
}

function sink(write: (text: string) => void): Writable {
  return new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      write(String(chunk));
      done();
    },
  });
}
