import type { Refusal } from './part.ts';
import { oneLine, printable } from './printable.ts';

/**
 * The one form of a refusal: `<attribute>: "<value>" <what is wrong>; accepted: <what would be>`. One line, whatever the
 * names in it hold.
 */
export function refuse(
  attribute: string,
  value: unknown,
  wrong: string,
  accepted: string,
): Refusal {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  const sentence = `${printable(attribute)}: "${printable(text, 200)}" ${wrong}; accepted: ${accepted}`;
  return { refusal: oneLine(sentence) };
}
