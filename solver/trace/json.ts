/**
 * JSON in which every double comes back as it was: −0 keeps its sign; NaN and the infinities, which JSON does not have,
 * are the strings "NaN", "Infinity", "-Infinity", as on the lines of `--json`.
 */
export function exactJson(value: unknown): string {
  const text = JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner !== 'number') return inner;
    if (!Number.isFinite(inner)) return String(inner);
    return Object.is(inner, -0) ? MINUS_ZERO : inner;
  });
  return text.replaceAll(JSON.stringify(MINUS_ZERO), '-0');
}

/** Stands for −0 while the text is made; a text of the user's that is the same would have to hold this character. */
const MINUS_ZERO = '\u0000-0';
