import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root, absolute and without a trailing slash. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/** The files under a folder of the repository whose names end so, sorted, with paths relative to the root. */
export function globSync(folder, ending) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: false })
    .map(name => `${folder}/${String(name).replaceAll('\\', '/')}`)
    .filter(name => name.endsWith(ending))
    .sort();
}
