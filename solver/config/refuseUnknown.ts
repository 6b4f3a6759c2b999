import { nearest } from '../core/nearest.ts';
import type { Refusal } from '../core/part.ts';
import { refuse } from '../core/refuse.ts';

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
