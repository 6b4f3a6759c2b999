import { homedir } from 'node:os';
import { basename, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { belongsToEditor } from '../config/attributes.ts';
import type { Family } from '../config/catalog.ts';
import { isRefusal, type Refusal } from '../core/part.ts';
import { nearest, refuse } from '../core/words.ts';

export type Command =
  | { readonly command: 'help' }
  | { readonly command: 'version' }
  | { readonly command: 'list'; readonly family: Family; readonly json: boolean }
  | { readonly command: 'replay'; readonly file: string; readonly json: boolean }
  | RunCommand;

export interface RunCommand {
  readonly command: 'run';
  readonly file: string;
  readonly config: string | null;
  readonly set: readonly Assignment[];
  readonly json: boolean;
  /** Every how many steps (with --json) or sweeps a line is printed; 0: none; null: as many as are readable. */
  readonly every: number | null;
}

export const families = [
  'problems',
  'methods',
  'orderings',
  'steps',
  'diagnostics',
] as const satisfies readonly Family[];

const options = {
  config: { type: 'string' },
  set: { type: 'string', multiple: true },
  json: { type: 'boolean' },
  trace: { type: 'string' },
  every: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

type Values = Exclude<ReturnType<typeof parse>, Refusal>['values'];

/** What the words after `blockstep` ask for. */
export function commandOf(argv: readonly string[]): Command | Refusal {
  const parsed = parse(argv);
  if (isRefusal(parsed)) return parsed;
  const { values, positionals } = parsed;
  const [command, argument, extra] = positionals;
  if (values.version) return { command: 'version' };
  if (values.help || command === undefined || command === 'help') return { command: 'help' };
  if (extra !== undefined) return refuse(extra, extra, 'is one argument too many', usage(command));
  if (command === 'list') return list(argument, values.json ?? false);
  if (command !== 'run' && command !== 'replay') {
    const near = nearest(command, ['run', 'replay', 'list']);
    const accepted = 'run, replay, list';
    return refuse('command', command, `is not a command, the nearest is ${near}`, accepted);
  }
  if (argument === undefined) return refuse('FILE', '', 'is missing', usage(command));
  if (command === 'replay') return replay(argument, values);
  const every = wholeNumber(values.every);
  if (isRefusal(every)) return every;
  const set: Assignment[] = [];
  for (const text of values.set ?? []) {
    const one = assignment(text);
    if (isRefusal(one)) return one;
    set.push(one);
  }
  if (values.trace !== undefined) set.push({ path: ['trace'], value: values.trace });
  const { config = null, json = false } = values;
  return { command: 'run', file: argument, config, set, json, every };
}

function replay(file: string, { json = false, ...others }: Values): Command | Refusal {
  const [other] = Object.keys(others);
  return other === undefined
    ? { command: 'replay', file, json }
    : refuse('option', `--${other}`, 'is not used by replay', '--json');
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    const flag = /'(-{1,2}[^\s'=<]+)/.exec(message)?.[1] ?? '';
    const known = Object.keys(options).map(name => `--${name}`);
    if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
      const wrong = `is not an option, the nearest is ${nearest(flag, known)}`;
      return refuse('option', flag, wrong, known.join(', '));
    }
    const wrong = /missing|ambiguous/.test(message) ? 'needs a value' : 'takes no value';
    return refuse('option', flag, wrong, HELP_HINT);
  }
}

const HELP_HINT = 'the options that blockstep --help lists';

function list(family: string | undefined, json: boolean): Command | Refusal {
  const found = families.find(name => name === family);
  if (found !== undefined) return { command: 'list', family: found, json };
  const accepted = families.join(', ');
  if (family === undefined) return refuse('FAMILY', '', 'is missing', accepted);
  return refuse(
    'FAMILY',
    family,
    `is not a family, the nearest is ${nearest(family, families)}`,
    accepted,
  );
}

function wholeNumber(text: string | undefined): number | null | Refusal {
  if (text === undefined) return null;
  return /^\d{1,15}$/.test(text)
    ? Number(text)
    : refuse('--every', text, 'must be a whole number', '0, 1, 2, …');
}

function usage(command: string): string {
  if (command === 'list') return `blockstep list ${families.join('|')}`;
  if (command === 'replay') return 'blockstep replay FILE, a trace that was recorded (.arrow)';
  return 'blockstep run FILE, a launch.json or a problem module (.ts, .js)';
}

export const help = `blockstep: step through block-coordinate optimizers, without an editor

  blockstep run FILE [--config NAME] [--set key=value]… [--json] [--every N]
      Runs a configuration of a launch.json, or a problem module (.ts, .js).
      --config NAME     which configuration, where the file has several
      --set key=value   sets an attribute; keys may be dotted (problemOptions.lambda=0.5),
                        values are JSON or plain text
      --json            prints JSON lines: start, step, finding, end
      --every N         with --json, a line every N steps, else every N sweeps; 0: none
      --trace PATH      records the run as an Arrow stream, readable while it is written

  blockstep replay FILE [--json]
      Computes the run of a trace again, its branches too, and says whether every recorded
      bit is the same; else the first step, block and metric that differ, with both values.

  blockstep list ${families.join('|')} [--json]
      Lists the parts of a family: name, title, source, and what each suits.

  blockstep --help | --version

Exit code: 0 converged, budget used or replayed to the same bits; 2 refused before the run;
3 non-finite, failed or replayed to other bits.
`;

/** One `--set key=value`: `problemOptions.lambda=0.5` sets a value within a value. */
export interface Assignment {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Reads `key=value`. What parses as JSON is JSON (`3`, `true`, `["gap"]`), everything else is text. */
export function assignment(text: string): Assignment | Refusal {
  const at = text.indexOf('=');
  const path = text.slice(0, Math.max(at, 0)).split('.');
  if (at < 1 || path.includes('')) {
    return refuse(
      '--set',
      text,
      'is not an assignment',
      'key=value, such as problemOptions.lambda=0.5',
    );
  }
  return { path, value: jsonOrText(text.slice(at + 1)) };
}

/** The configuration with the value set; what stands in the way of a dotted key and is no record is replaced. */
export function withAssigned(
  config: Readonly<Record<string, unknown>>,
  { path, value }: Assignment,
): Readonly<Record<string, unknown>> {
  const [key = '', ...rest] = path;
  if (rest.length === 0) return { ...config, [key]: value };
  const inner = Object.hasOwn(config, key) ? config[key] : undefined;
  const record = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? inner : {};
  return {
    ...config,
    [key]: withAssigned(record as Readonly<Record<string, unknown>>, { path: rest, value }),
  };
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A configuration with its `${…}` filled in as VS Code would; one that only an editor can fill in is refused. */
export function withVariables(
  config: Readonly<Record<string, unknown>>,
  folder: string,
): Readonly<Record<string, unknown>> | Refusal {
  // What VS Code reads itself (tasks, other systems' parts) may hold variables of its own.
  const ours = Object.entries(config).filter(([name]) => !belongsToEditor(name));
  return fill(Object.fromEntries(ours), folder, '') as Readonly<Record<string, unknown>> | Refusal;
}

function fill(value: unknown, folder: string, attribute: string): unknown {
  if (typeof value === 'string') return fillText(value, folder, attribute);
  if (typeof value !== 'object' || value === null) return value;
  const isList = Array.isArray(value);
  const entries: [string, unknown][] = [];
  for (const [key, inner] of Object.entries(value)) {
    const at = attribute === '' ? key : isList ? attribute : `${attribute}.${key}`;
    const filled = fill(inner, folder, at);
    if (isRefusal(filled)) return filled;
    entries.push([key, filled]);
  }
  return isList ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

function fillText(text: string, folder: string, attribute: string): string | Refusal {
  const unknown = [...text.matchAll(VARIABLE)].find(
    ([, name = '']) => variable(name, folder) === null,
  );
  if (unknown !== undefined) {
    const accepted = `\${workspaceFolder}, \${workspaceFolderBasename}, \${userHome}, \${cwd}, \${pathSeparator}, \${env:NAME}`;
    return refuse(attribute, text, `has ${unknown[0]}, which only an editor can fill in`, accepted);
  }
  return text.replace(VARIABLE, (_, name: string) => variable(name, folder) ?? '');
}

const VARIABLE = /\$\{([^}]*)\}/g;

function variable(name: string, folder: string): string | null {
  if (name.startsWith('env:')) return process.env[name.slice(4)] ?? '';
  switch (name) {
    case 'workspaceFolder':
    case 'workspaceRoot':
      return folder;
    case 'workspaceFolderBasename':
      return basename(folder);
    case 'userHome':
      return homedir();
    case 'cwd':
      return process.cwd();
    case 'pathSeparator':
    case '/':
      return sep;
    default:
      return null;
  }
}
