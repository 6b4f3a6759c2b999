/** The name closest to `word` by edit distance, case ignored; null where none is near enough to be a slip of the keyboard. */
export function nearest(word: string, names: Iterable<string>): string | null {
  // A third of the letters may differ, and one always: `gap` for `gpa`, `gradNorm` for `gradnrom`.
  let best = Math.max(2, Math.ceil(word.length / 3)) + 1;
  let found: string | null = null;
  for (const name of names) {
    if (Math.abs(name.length - word.length) >= best) continue;
    const distance = editDistance(word.toLowerCase(), name.toLowerCase());
    if (distance < best) {
      best = distance;
      found = name;
    }
  }
  return found;
}

/** Levenshtein distance, one row kept. */
function editDistance(a: string, b: string): number {
  const row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    let diagonal = row[0]!;
    row[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const above = row[j]!;
      const replaced = diagonal + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(above + 1, row[j - 1]! + 1, replaced);
      diagonal = above;
    }
  }
  return row[b.length]!;
}
