import type { FindingPart } from '../core/diagnostic.ts';
import type { OptionSpec, Options, PartMeta, Refusal, UnusedWith } from '../core/part.ts';
import { nearest, printable, refuse } from '../core/words.ts';

type Values = Readonly<Record<string, unknown>>;

/** The first option that the part does not have, with the nearest that it has. `part` null: a problem module, which has none. */
export function unknownOption(
  attribute: string,
  given: Values,
  part: PartMeta | null,
): Refusal | null {
  const known = Object.keys(part?.options ?? {});
  const name = Object.keys(given).find(key => !known.includes(key));
  if (name === undefined) return null;
  const at = `${attribute}.${name}`;
  if (part === null) {
    return refuse(
      at,
      given[name],
      'is not an option of a problem module, which has none',
      `no ${attribute}`,
    );
  }
  if (known.length === 0) {
    return refuse(
      at,
      given[name],
      `is not an option of ${part.name}, which has none`,
      `no ${attribute}`,
    );
  }
  return refuseUnknown(at, given[name], `option of ${part.name}`, known, name);
}

/** The first value its option does not take, or that another attribute of the configuration makes useless. */
export function wrongOption(
  attribute: string,
  given: Values,
  part: PartMeta | null,
  raw: Values,
): Refusal | null {
  for (const [name, spec] of Object.entries(part?.options ?? {})) {
    if (!Object.hasOwn(given, name)) continue;
    const wrong = fault(given[name], spec);
    const at = `${attribute}.${name}`;
    if (wrong !== null) return refuse(at, given[name], wrong, acceptedBy(spec));
    const useless = spec.unusedWith?.find(other => applies(other, raw));
    if (useless !== undefined) return refuse(at, given[name], ...uselessWith(name, useless));
  }
  return null;
}

function applies({ attribute, value }: UnusedWith, raw: Values): boolean {
  const [name = '', option] = attribute.split('.');
  const holder = option === undefined ? raw : (raw[name] as Values | undefined);
  const given = holder?.[option ?? name];
  return value === undefined ? given !== undefined : given === value;
}

/** The refusal of an option that another attribute makes useless. */
function uselessWith(option: string, { attribute, value }: UnusedWith): [string, string] {
  const other = attribute.slice(attribute.indexOf('.') + 1);
  return value === undefined
    ? [`is not used where ${attribute} is given`, `no ${option}, or no ${other}`]
    : [`is not used where ${attribute} is ${value}`, `no ${option}, or another ${other}`];
}

/** Every option of the part: what was given, else its default. */
export function filledOptions(given: Values, part: PartMeta | null): Options {
  return Object.fromEntries(
    Object.entries(part?.options ?? {}).map(([name, spec]) => [
      name,
      (Object.hasOwn(given, name) ? given[name] : spec.default) as Options[string],
    ]),
  );
}

/** A fraction of the smallest λ whose solution is zero: `0.1*max`. */
export const fractionOfMax = /^\s*(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*\*\s*max\s*$/i;

/** What is wrong with this value, or null. */
function fault(value: unknown, spec: OptionSpec): string | null {
  switch (spec.type) {
    case 'number':
    case 'integer':
      return numberFault(value, spec);
    case 'boolean':
      return typeof value === 'boolean' ? null : 'must be true or false';
    case 'choice':
      return spec.values.includes(value as string) ? null : 'is not one of the choices';
    case 'lambda':
      if (typeof value === 'string') {
        return fractionFault(value);
      }
      return numberFault(value, { type: 'number', minimum: 0 });
    case 'numberOrAuto':
      return value === 'auto' ? null : numberFault(value, { ...spec, type: 'number' });
    case 'path':
      return typeof value === 'string' && value !== '' ? null : 'must be a path';
    case 'nameLists':
      return Array.isArray(value) && value.length > 0 && value.every(isNames)
        ? null
        : 'must be lists of block names';
    case 'names':
      return isNames(value) ? null : 'must be a list of block names';
  }
}

const beyondExact = 'is beyond 2^53, where not every whole number can be represented';

function fractionFault(value: string): string | null {
  if (!fractionOfMax.test(value)) return 'is not a penalty strength';
  const fraction = Number(value.slice(0, value.indexOf('*')));
  return Number.isFinite(fraction) ? null : 'must have a finite fraction';
}

interface Range {
  readonly type: 'number' | 'integer';
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

/** What is wrong with a number, or null. */
export function numberFault(value: unknown, range: Range): string | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'must be a number';
  if (range.type === 'integer' && !Number.isSafeInteger(value)) {
    return Number.isInteger(value) ? beyondExact : 'must be a whole number';
  }
  const { minimum, exclusiveMinimum, maximum } = range;
  if (minimum !== undefined && value < minimum) return 'is too small';
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) return 'is too small';
  return maximum !== undefined && value > maximum ? 'is too large' : null;
}

/** The numbers of a range in words: `a number above 0`, `a whole number from 1 to 9`. */
export function rangeText({ type, minimum, exclusiveMinimum, maximum }: Range): string {
  const what = type === 'integer' ? 'a whole number' : 'a number';
  if (minimum !== undefined && maximum !== undefined)
    return `${what} from ${minimum} to ${maximum}`;
  const low =
    exclusiveMinimum !== undefined
      ? ` above ${exclusiveMinimum}`
      : minimum !== undefined
        ? ` of at least ${minimum}`
        : '';
  if (maximum === undefined) return what + low;
  return low === '' ? `${what} of at most ${maximum}` : `${what}${low}, at most ${maximum}`;
}

/** What an option takes, in words. */
export function acceptedBy(spec: OptionSpec): string {
  switch (spec.type) {
    case 'number':
    case 'integer':
      return rangeText(spec);
    case 'boolean':
      return 'true, false';
    case 'choice':
      return spec.values.join(', ');
    case 'lambda':
      return 'a number of at least 0, or a fraction of the maximum such as "0.1*max"';
    case 'numberOrAuto':
      return `auto, or ${rangeText({ ...spec, type: 'number' })}`;
    case 'path':
      return 'the path of a csv or npy file';
    case 'names':
      return 'a list of block names, such as ["bmi", "bp"]';
    case 'nameLists':
      return 'lists of block names, such as [["bmi"], ["bp", "age"]]';
  }
}

function isNames(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(name => typeof name === 'string');
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A name that none of the known ones is, with the nearest of them: `is not a known method, the nearest is pccd`. */
export function refuseUnknown(
  attribute: string,
  value: unknown,
  what: string,
  known: readonly string[],
  word: string,
  also = '',
): Refusal {
  const near = nearest(word, known);
  const hint = near === null ? '' : `, the nearest is ${printable(near)}`;
  const article = /^[aeiou]/.test(what) ? 'an' : 'a';
  return refuse(attribute, value, `is not ${article} ${what}${hint}`, known.join(', ') + also);
}

/** Thresholds by finding, for every finding that is on. */
export type FindingOptions = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Refuses the first name in `findings` that is not a finding or not a threshold of its finding. */
export function unknownFinding(given: unknown, parts: readonly FindingPart[]): Refusal | null {
  if (!isRecord(given)) return null;
  const known = parts.map(({ name }) => name);
  for (const [name, value] of Object.entries(given)) {
    const at = `findings.${name}`;
    const part = parts.find(candidate => candidate.name === name);
    if (!part) return refuseUnknown(at, value, 'finding', known, name);
    if (!isRecord(value)) continue;
    const thresholds = Object.keys(part.options);
    const odd = Object.keys(value).find(key => !thresholds.includes(key));
    if (odd === undefined) continue;
    if (thresholds.length === 0)
      return refuse(
        `${at}.${odd}`,
        value[odd],
        `is not a threshold of ${name}, which has none`,
        switchesOf(part),
      );
    return refuseUnknown(`${at}.${odd}`, value[odd], `threshold of ${name}`, thresholds, odd);
  }
  return null;
}

/** Refuses the first value in `findings` that its finding does not accept. */
export function wrongFinding(given: unknown, parts: readonly FindingPart[]): Refusal | null {
  if (!isRecord(given))
    return refuse('findings', given, 'must be an object of findings', '{ "stall": false, … }');
  for (const part of parts) {
    const { name, always, options } = part;
    if (!Object.hasOwn(given, name)) continue;
    const value = given[name];
    if (value === true) continue;
    if (value === false) {
      if (always === null) continue;
      return refuse(`findings.${name}`, value, `cannot be switched off: ${always}`, 'true');
    }
    if (!isRecord(value))
      return refuse(
        `findings.${name}`,
        value,
        'must be true, false or thresholds',
        switchesOf(part),
      );
    for (const [option, spec] of Object.entries(options)) {
      if (!Object.hasOwn(value, option)) continue;
      const wrong = numberFault(value[option], spec);
      if (wrong !== null)
        return refuse(`findings.${name}.${option}`, value[option], wrong, rangeText(spec));
    }
  }
  return null;
}

function switchesOf({ always, options }: FindingPart): string {
  const example = Object.entries(options)[0];
  const thresholds = example ? `, { "${example[0]}": ${example[1].default} }` : '';
  return `${always === null ? 'true, false' : 'true'}${thresholds}`;
}

/** Every finding that is on, with its thresholds. */
export function filledFindings(given: unknown, parts: readonly FindingPart[]): FindingOptions {
  const values = isRecord(given) ? given : {};
  return Object.fromEntries(
    parts
      .filter(({ name }) => values[name] !== false)
      .map(({ name, options }) => {
        const own = isRecord(values[name]) ? (values[name] as Record<string, number>) : {};
        const thresholds = Object.entries(options).map(([option, spec]) => [
          option,
          own[option] ?? spec.default,
        ]);
        return [name, Object.fromEntries(thresholds)];
      }),
  );
}
