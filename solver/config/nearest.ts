/** The name with the least edit distance from `word`, case ignored; the first of several; null of none. */
export function nearest(word: string, names: readonly string[]): string | null {
  const distances = names.map(name => editDistance(word.toLowerCase(), name.toLowerCase()));
  const least = Math.min(...distances);
  return names[distances.indexOf(least)] ?? null;
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
