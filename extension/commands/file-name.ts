/** `my ridge` is `my-ridge.ts`; null for a name of which no letter or digit is left. */
export function fileNameFor(name: string): string | null {
  const plain = name
    .trim()
    .replaceAll(/[^\p{L}\p{N}_]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '');
  return plain === '' ? null : `${plain}.ts`;
}
