import type { FindingPart } from '../core/diagnostic.ts';
import type { Refusal } from '../core/part.ts';
import { refuse } from '../core/words.ts';
import { isRecord, numberFault, rangeText, refuseUnknown } from './options.ts';

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
