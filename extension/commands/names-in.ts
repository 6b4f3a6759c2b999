/** Names separated by commas; the names may hold spaces. */
export function namesIn(text: string): string[] {
  return text
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '');
}
