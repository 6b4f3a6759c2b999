import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser/lib/esm/main.js';
import { catalog } from '../config/catalog.ts';
import { isModulePath } from '../config/names.ts';
import { isRefusal, type Refusal } from '../core/part.ts';
import { refuse } from '../core/words.ts';
import { type Assignment, type RunCommand, withAssigned, withVariables } from './arguments.ts';

type Config = Readonly<Record<string, unknown>>;

/** The configuration a command names: one of a launch.json's, or a problem module with every default; then `--set`. */
export function configurationOf({ file, config, set }: RunCommand): Config | Refusal {
  if (!existsSync(file) || statSync(file).isDirectory()) {
    const accepted = 'the path of a launch.json or of a problem module (.ts, .js)';
    return refuse('FILE', file, existsSync(file) ? 'is a folder' : 'does not exist', accepted);
  }
  const found = isModulePath(file) ? module(file, config) : launch(file, config);
  if (isRefusal(found)) return found;
  return set.reduce<Config>((all, one) => withAssigned(all, fromHere(one)), found);
}

function module(file: string, name: string | null): Config | Refusal {
  if (name !== null) {
    return refuse('--config', name, 'is not used with a problem module', 'no --config');
  }
  return { problem: resolve(file), cwd: process.cwd() };
}

function launch(file: string, name: string | null): Config | Refusal {
  const errors: ParseError[] = [];
  const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  const content: unknown = parse(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error !== undefined) {
    const line = text.slice(0, error.offset).split('\n').length;
    const wrong = `is not valid JSON at line ${line} (${printParseErrorCode(error.error)})`;
    return refuse('FILE', file, wrong, 'a launch.json; comments and trailing commas are allowed');
  }
  const chosen = choose(file, content, name);
  if (isRefusal(chosen)) return chosen;
  const folder = folderOf(resolve(file));
  const filled = withVariables(forThisSystem(chosen), folder);
  return isRefusal(filled) ? filled : { cwd: folder, ...filled };
}

/** The configuration of that name, or the only one there is. */
function choose(file: string, content: unknown, name: string | null): Config | Refusal {
  const { configurations } = (content ?? {}) as { configurations?: unknown };
  const all = (Array.isArray(configurations) ? (configurations as readonly unknown[]) : []).filter(
    (one): one is Config => (one as { type?: unknown } | null)?.type === 'blockstep',
  );
  const names = all.map(one => JSON.stringify(String(one['name'])));
  if (all.length === 0) {
    const accepted = '"configurations" with one of type "blockstep"';
    return refuse('FILE', file, 'has no configuration of type blockstep', accepted);
  }
  if (name === null) {
    return all.length === 1
      ? all[0]!
      : refuse(
          '--config',
          '',
          'must be given, because the file has several configurations',
          names.join(', '),
        );
  }
  const found = all.find(one => one['name'] === name);
  return (
    found ??
    refuse('--config', name, `is not a configuration of ${basename(file)}`, names.join(', '))
  );
}

/** The folder above .vscode, else the file's own. */
function folderOf(file: string): string {
  const folder = dirname(file);
  return basename(folder) === '.vscode' ? dirname(folder) : folder;
}

/** VS Code lays a configuration's `linux`, `osx` or `windows` part over it. */
function forThisSystem(config: Config): Config {
  const name = { linux: 'linux', darwin: 'osx', win32: 'windows' }[process.platform as string];
  const part = name === undefined ? undefined : config[name];
  return typeof part === 'object' && part !== null ? { ...config, ...part } : config;
}

/** A path given in the shell starts from the shell's folder, wherever the launch.json lies. */
function fromHere(one: Assignment): Assignment {
  const [attribute = '', option = ''] = one.path;
  const isPath =
    ['problem', 'data', 'start', 'trace', 'cwd'].includes(attribute) ||
    (attribute === 'problemOptions' &&
      catalog.problems.some(({ options }) => options[option]?.type === 'path'));
  // A trace is made; everything else is there already where it is meant from here.
  const isMeant = (path: string) => attribute === 'trace' || existsSync(path);
  return isPath && typeof one.value === 'string' && isMeant(one.value)
    ? { ...one, value: resolve(one.value) }
    : one;
}
