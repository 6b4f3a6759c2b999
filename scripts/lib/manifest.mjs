// The derived part of package.json: contributes, activation events, capabilities and icon, from extension/contributes.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { build } from 'esbuild';
import { root } from './root.mjs';

const sources = `
  export * from './extension/contributes/index.ts';
  export { launchSchema } from './solver/config/schema.ts';
`;

/** package.json as it should be. Its commands grow from the command table, its schema and snippets from the catalog. */
export async function manifestText(catalog) {
  const { contributes, launchSchema, ...rest } = await fromSources();
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  // Keys that are there keep their places.
  Object.assign(manifest, rest, { contributes: contributes(catalog, launchSchema(catalog)) });
  return formatted(JSON.stringify(manifest));
}

async function fromSources() {
  const folder = mkdtempSync(join(tmpdir(), 'blockstep-manifest-'));
  try {
    const outfile = join(folder, 'contributes.cjs');
    await build({
      absWorkingDir: root,
      stdin: { contents: sources, resolveDir: root },
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      logLevel: 'error',
    });
    const { contributes, launchSchema, activationEvents, capabilities, icon } = createRequire(
      import.meta.url,
    )(outfile);
    return { contributes, launchSchema, activationEvents, capabilities, icon };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As the formatter leaves it, so that the lint step has nothing to say. */
function formatted(json) {
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  const args = [biome, 'format', '--stdin-file-path=package.json'];
  return execFileSync(execPath, args, { cwd: root, input: json, encoding: 'utf8' });
}
