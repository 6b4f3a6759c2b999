/** `120` is step 120; `+10` and `-10` start from where the run stands. Null for anything else. */
export function parseStep(text: string, k: number): number | null {
  const trimmed = text.trim().replace('−', '-');
  if (!/^[+-]?\d{1,12}$/.test(trimmed)) return null;
  const relative = trimmed.startsWith('+') || trimmed.startsWith('-');
  const step = (relative ? k : 0) + Number(trimmed);
  return step >= 0 ? step : null;
}

/** Null for an empty text (the step rule's own), undefined for what is not a step size. */
export function parseStepSize(text: string): number | null | undefined {
  if (text.trim() === '') return null;
  const value = Number(text);
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

/** Names separated by commas; the names may hold spaces. */
export function namesIn(text: string): string[] {
  return text
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '');
}

/** `my ridge` is `my-ridge.ts`; null for a name of which no letter or digit is left. */
export function fileNameFor(name: string): string | null {
  const plain = name
    .trim()
    .replaceAll(/[^\p{L}\p{N}_]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '');
  return plain === '' ? null : `${plain}.ts`;
}
