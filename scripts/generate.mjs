// Writes every file that is derived from the registry and from the types: the catalog, blockstep.d.ts, docs/.
// `--check` writes nothing and fails when a file is stale.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { argv } from 'node:process';
import { generated, staleFiles } from './lib/generated.mjs';
import { root } from './lib/root.mjs';

const files = await generated();
const stale = staleFiles(files);
if (argv.includes('--check')) {
  for (const file of stale)
    console.error(`generate: ${file} is stale; npm run generate rewrites it.`);
  if (stale.length > 0) process.exitCode = 1;
} else {
  for (const file of stale) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), files.get(file));
  }
  console.log(`generate: ${stale.length} of ${files.size} files were rewritten`);
}
