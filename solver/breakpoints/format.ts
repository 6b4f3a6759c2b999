/** `true`, `false`, a name, or the shortest decimal that reads back to the same double: `Number(format(v))` is v, bit for bit, −0 too. */
export function format(value: number | boolean | string): string {
  if (Object.is(value, -0)) return '-0';
  return String(value);
}
