import type { Refusal } from './part.ts';

/** The one form of a refusal: `<attribute>: "<value>" <what is wrong>; accepted: <what would be>`. */
export function refuse(
  attribute: string,
  value: unknown,
  wrong: string,
  accepted: string,
): Refusal {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return { refusal: `${attribute}: "${text}" ${wrong}; accepted: ${accepted}` };
}
