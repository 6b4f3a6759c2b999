import { nearest } from '../core/nearest.ts';
import type { Refusal } from '../core/part.ts';
import { printable } from '../core/printable.ts';
import { refuse } from '../core/refuse.ts';

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
