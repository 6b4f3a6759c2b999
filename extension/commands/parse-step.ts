/** `120` is step 120; `+10` and `-10` start from where the run stands. Null for anything else. */
export function parseStep(text: string, k: number): number | null {
  const trimmed = text.trim().replace('−', '-');
  if (!/^[+-]?\d{1,12}$/.test(trimmed)) return null;
  const relative = trimmed.startsWith('+') || trimmed.startsWith('-');
  const step = (relative ? k : 0) + Number(trimmed);
  return step >= 0 ? step : null;
}
