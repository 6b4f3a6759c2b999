import type { OptionSpec, Options, PartMeta, Refusal } from '../core/part.ts';
import { refuse } from '../core/refuse.ts';
import { refuseUnknown } from './refuseUnknown.ts';

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
      'is no option of a problem module, which has none',
      `no ${attribute}`,
    );
  }
  if (known.length === 0) {
    return refuse(
      at,
      given[name],
      `is no option of ${part.name}, which has none`,
      `no ${attribute}`,
    );
  }
  return refuseUnknown(at, given[name], `option of ${part.name}`, known, name);
}

/** The first value its option does not take. */
export function wrongOption(
  attribute: string,
  given: Values,
  part: PartMeta | null,
): Refusal | null {
  for (const [name, spec] of Object.entries(part?.options ?? {})) {
    if (!Object.hasOwn(given, name)) continue;
    const wrong = fault(given[name], spec);
    if (wrong !== null) return refuse(`${attribute}.${name}`, given[name], wrong, acceptedBy(spec));
  }
  return null;
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
      return typeof value === 'boolean' ? null : 'is neither true nor false';
    case 'choice':
      return spec.values.includes(value as string) ? null : 'is none of the choices';
    case 'lambda':
      if (typeof value === 'string') {
        return fractionOfMax.test(value) ? null : 'is no penalty strength';
      }
      return numberFault(value, { type: 'number', minimum: 0 });
    case 'numberOrAuto':
      return value === 'auto' ? null : numberFault(value, { ...spec, type: 'number' });
    case 'path':
      return typeof value === 'string' && value !== '' ? null : 'is no path';
    case 'names':
      return isNames(value) ? null : 'is no list of block names';
  }
}

interface Range {
  readonly type: 'number' | 'integer';
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

/** What is wrong with a number, or null. */
export function numberFault(value: unknown, range: Range): string | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'is no number';
  if (range.type === 'integer' && !Number.isSafeInteger(value)) return 'is no whole number';
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
  }
}

function isNames(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(name => typeof name === 'string');
}
