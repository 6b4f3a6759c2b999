/** Null for an empty text (the step rule's own), undefined for what is no step size. */
export function parseStepSize(text: string): number | null | undefined {
  if (text.trim() === '') return null;
  const value = Number(text);
  return Number.isFinite(value) && value > 0 ? value : undefined;
}
