import type { Refusal } from '../core/part.ts';
import { refuse } from '../core/words.ts';
import { attributes, criteria, type Raw } from './attributes.ts';
import type { Catalog } from './catalog.ts';
import { isModulePath, namesOf, optionParts, unusedByModule } from './names.ts';
import { isRecord, numberFault, rangeText, wrongFinding, wrongOption } from './options.ts';

/** Refuses the first value of the wrong type or out of range, in the order of the documentation. */
export function wrongValue(raw: Raw, catalog: Catalog): Refusal | null {
  for (const name of Object.keys(attributes)) {
    const refusal = wrongAttribute(name, raw, catalog);
    if (refusal !== null) return refusal;
  }
  return unusedByModule(raw) ?? unusedByProblem(raw, catalog);
}

function wrongAttribute(name: string, raw: Raw, catalog: Catalog): Refusal | null {
  const value = raw[name];
  if (name === 'problem') return wrongProblem(value, catalog);
  if (value === undefined) return null;
  switch (name) {
    case 'data':
    case 'target':
    case 'trace':
    case 'cwd':
      return isText(value) ? null : refuse(name, value, 'must be a non-empty string', TEXTS[name]);
    case 'start':
      return wrongStart(value);
    case 'blocks':
      return wrongBlocks(value);
    case 'method':
    case 'ordering':
    case 'step':
      return isText(value)
        ? null
        : refuse(name, value, 'must be a name', namesOf(catalog[`${name}s`]).join(', '));
    case 'diagnostics':
      return wrongMetrics(value, catalog);
    case 'findings':
      return wrongFinding(value, catalog.findings);
    case 'seed':
      return wrongNumber(name, value, { type: 'integer', minimum: 0 });
    case 'backend':
      return BACKENDS.includes(value as string)
        ? null
        : refuse(name, value, 'is not a backend', BACKENDS.join(', '));
    case 'stopOnEntry':
      return typeof value === 'boolean'
        ? null
        : refuse(name, value, 'must be true or false', 'true, false');
    case 'stopWhen':
      return wrongStopWhen(value);
    default:
      return wrongOptions(name, value, raw, catalog);
  }
}

export const BACKENDS: readonly string[] = ['auto', 'js', 'wasm', 'gpu'];

const TEXTS = {
  data: 'a path (csv, libsvm, npy, npz), or diabetes, breastCancer, digits',
  target: 'the name of a column',
  trace: 'the path of a file',
  cwd: 'the path of a folder',
} as const;

function wrongProblem(value: unknown, catalog: Catalog): Refusal | null {
  const accepted = `${namesOf(catalog.problems).join(', ')}, or the path of a problem module (.ts, .js)`;
  if (value === undefined) return refuse('problem', '', 'is missing', accepted);
  return isText(value) ? null : refuse('problem', value, 'must be a name or a path', accepted);
}

function wrongMetrics(value: unknown, catalog: Catalog): Refusal | null {
  const accepted = `a list of ${namesOf(catalog.diagnostics).join(', ')}`;
  if (!isTexts(value)) return refuse('diagnostics', value, 'must be a list of metrics', accepted);
  const twice = value.find((name, i) => value.indexOf(name) < i);
  return twice === undefined
    ? null
    : refuse('diagnostics', twice, 'is listed twice', 'each metric once');
}

function wrongStart(value: unknown): Refusal | null {
  const known = typeof value === 'string' && /^(zeros|ones|random)$|\.json$/i.test(value);
  const accepted = 'zeros, ones, random, or the path of a .json file of block → values';
  return known ? null : refuse('start', value, 'is not a starting point', accepted);
}

function wrongBlocks(value: unknown): Refusal | null {
  const accepted = 'coordinates, natural, { "size": 10 }, { "groups": { "name": ["column", …] } }';
  if (value === 'coordinates' || value === 'natural') return null;
  const keys = isRecord(value) ? Object.keys(value) : [];
  if (!isRecord(value) || keys.length !== 1 || !/^(size|groups)$/.test(keys[0] ?? '')) {
    return refuse('blocks', value, 'is not a way to group columns into blocks', accepted);
  }
  if ('size' in value)
    return wrongNumber('blocks.size', value['size'], { type: 'integer', minimum: 1 });
  const { groups } = value;
  const named = isRecord(groups) && Object.keys(groups).length > 0;
  if (!named)
    return refuse(
      'blocks.groups',
      groups,
      'must name at least one group',
      '{ "name": ["column", …] }',
    );
  for (const [group, columns] of Object.entries(groups)) {
    if (!isTexts(columns) || columns.length === 0) {
      return refuse(
        `blocks.groups.${group}`,
        columns,
        'must be a list of columns',
        '["column", …]',
      );
    }
  }
  return null;
}

function wrongStopWhen(value: unknown): Refusal | null {
  const accepted = `{ "sweeps": 1000, … } of ${Object.keys(criteria).join(', ')}`;
  if (!isRecord(value)) return refuse('stopWhen', value, 'must be an object of criteria', accepted);
  for (const [name, limit] of Object.entries(value)) {
    const refusal = wrongNumber(`stopWhen.${name}`, limit, limitRange(name));
    if (refusal !== null) return refusal;
  }
  return null;
}

/** The numbers a criterion takes. */
export function limitRange(criterion: string): Parameters<typeof numberFault>[1] {
  if (criterion === 'steps' || criterion === 'sweeps') return { type: 'integer', minimum: 1 };
  if (criterion === 'seconds') return { type: 'number', exclusiveMinimum: 0 };
  return criterion === 'objective' ? { type: 'number' } : { type: 'number', minimum: 0 };
}

function wrongOptions(name: string, value: unknown, raw: Raw, catalog: Catalog): Refusal | null {
  if (!isRecord(value))
    return refuse(name, value, 'must be an object of options', '{ "option": value, … }');
  const part = optionParts(raw, catalog).find(([attribute]) => attribute === name)?.[1];
  return wrongOption(name, value, part ?? null, raw);
}

/** Refuses data for a problem that is defined by its options alone. */
function unusedByProblem(raw: Raw, catalog: Catalog): Refusal | null {
  const { problem } = raw;
  if (typeof problem !== 'string' || isModulePath(problem)) return null;
  const takesData = catalog.problems.find(({ name }) => name === problem)?.exampleData !== null;
  const name = takesData
    ? undefined
    : (['data', 'target'] as const).find(key => raw[key] !== undefined);
  return name === undefined
    ? null
    : refuse(name, raw[name], `is not used by ${problem}, which takes no data`, `no ${name}`);
}

function wrongNumber(
  name: string,
  value: unknown,
  range: Parameters<typeof numberFault>[1],
): Refusal | null {
  const wrong = numberFault(value, range);
  return wrong === null ? null : refuse(name, value, wrong, rangeText(range));
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}
