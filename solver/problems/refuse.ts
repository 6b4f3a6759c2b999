import type { Refusal } from '../core/part.ts';

/** `<attribute>: "<value>" <what is wrong>; accepted: <what would be>`. */
export function refuse(
  attribute: string,
  value: unknown,
  wrong: string,
  accepted: string,
): Refusal {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return { refusal: `${attribute}: "${text}" ${wrong}; accepted: ${accepted}` };
}
