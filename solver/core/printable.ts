/** Line breaks, control characters, direction marks and halves of a pair: what would break a line or turn it round. */
const disturbing = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|(?![\u200C\u200D])\p{Cf}/gu;
const letters: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** The text on one line: what would disturb it is written as an escape, `\n` or `\u202e`. */
export function oneLine(text: string): string {
  return text.replaceAll(
    disturbing,
    mark => letters[mark] ?? `\\u${(mark.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * A name as people read it in a listing, a sentence or a hover: `oneLine`, and at most `most` characters, the middle of a
 * longer one left out. Two names may look alike; who is meant is always told by the true name.
 */
export function printable(name: string, most = 80): string {
  if (name.length <= most && name.search(disturbing) < 0) return name;
  const isLong = name.length > 8 * most;
  const characters = [...oneLine(isLong ? name.slice(0, 4 * most) + name.slice(-4 * most) : name)];
  if (!isLong && characters.length <= most) return characters.join('');
  const tail = Math.floor((most - 1) / 3);
  const head = most - 1 - tail;
  return `${characters.slice(0, head).join('')}…${characters.slice(characters.length - tail).join('')}`;
}

/** The first dozen of the names, separated by commas, and how many there are. */
export function listed(names: Iterable<string> & { readonly length: number }, most = 12): string {
  const shown: string[] = [];
  for (const name of names) {
    if (shown.length === most) return `${shown.join(', ')}, … (${names.length})`;
    shown.push(printable(name));
  }
  return shown.join(', ');
}
