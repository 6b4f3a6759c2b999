import { open } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';

/** The header of a csv file, of which only the beginning is read. Null where there is none to be read. */
export async function csvHeader(path: string): Promise<readonly string[] | null> {
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return null;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(256 * 1024), 0);
    return headerOf(buffer.subarray(0, bytesRead).toString('utf8'));
  } finally {
    await file.close();
  }
}

/** The names in the first line of csv text; null for a text without one. */
export function headerOf(text: string): readonly string[] | null {
  const names = parse(text.slice(0, text.search(/\r?\n|$/)), { bom: true, trim: true })[0];
  return names === undefined || names.length < 2 ? null : names;
}
