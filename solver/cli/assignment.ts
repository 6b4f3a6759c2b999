import { homedir } from 'node:os';
import { basename, sep } from 'node:path';
import { belongsToEditor } from '../config/attributes.ts';
import { isRefusal, type Refusal } from '../core/part.ts';
import { refuse } from '../core/words.ts';

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
