import type { Refusal } from '../core/part.ts';
import { nearest } from './nearest.ts';

/** The one form of a refusal: `<attribute>: "<value>" <what is wrong>; accepted: <what would be>`. */
export function refuse(
  attribute: string,
  value: unknown,
  wrong: string,
  accepted: string,
): Refusal {
  return { refusal: `${attribute}: "${shown(value)}" ${wrong}; accepted: ${accepted}` };
}

/** A name that none of the known ones is, with the nearest of them: `is no known method, the nearest is pccd`. */
export function refuseUnknown(
  attribute: string,
  value: unknown,
  what: string,
  known: readonly string[],
  word: string,
  also = '',
): Refusal {
  const near = nearest(word, known);
  const hint = near === null ? '' : `, the nearest is ${near}`;
  return refuse(attribute, value, `is no ${what}${hint}`, known.join(', ') + also);
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
}
