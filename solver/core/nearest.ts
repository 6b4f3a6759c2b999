/** Longer words are no slips of the keyboard, and later names of a long list nobody meant: what is compared is bounded. */
const longest = 100;
const most = 10_000;

/** The name with the least edit distance from `word`, case ignored; the first of several; null of none, or of a word too long. */
export function nearest(word: string, names: Iterable<string>): string | null {
  return closest(word, names, Number.POSITIVE_INFINITY);
}

/** `nearest`, or null where it is too far to be a slip of the keyboard: a third of the letters may differ, and two always. */
export function nearestSlip(word: string, names: Iterable<string>): string | null {
  return closest(word, names, Math.max(2, Math.ceil(word.length / 3)) + 1);
}

function closest(word: string, names: Iterable<string>, below: number): string | null {
  if (word.length > longest) return null;
  let found: string | null = null;
  let looked = 0;
  for (const name of names) {
    if (++looked > most) break;
    if (name.length > longest) continue;
    const distance = editDistance(word.toLowerCase(), name.toLowerCase());
    if (distance >= below) continue;
    below = distance;
    found = name;
  }
  return found;
}

/** Levenshtein's distance: the fewest letters to insert, delete or replace. One row of the table is kept. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, replaced));
    }
    row = next;
  }
  return row[b.length]!;
}
