// What the derived files should contain: a map from path to text. scripts/generate.mjs writes it, a test compares it.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { build } from 'esbuild';
import { readers } from './entries.mjs';
import { manifestText } from './manifest.mjs';
import { root } from './root.mjs';

/** Path → text of every derived file. Bundles the solver's sources to read the registry, and compiles the public types. */
export async function generated() {
  const folder = mkdtempSync(join(tmpdir(), 'blockstep-generate-'));
  try {
    const { catalog, docs } = await fromSources(folder);
    return new Map([
      ['solver/config/catalog.generated.json', `${JSON.stringify(catalog, null, 2)}\n`],
      ['solver/wire/findings.generated.json', `${JSON.stringify(stopsOf(catalog), null, 2)}\n`],
      ['blockstep.d.ts', publicTypes(folder)],
      ['package.json', await manifestText(catalog)],
      ...docs,
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The findings a debugger can be told to stop at. */
function stopsOf({ findings }) {
  return findings
    .filter(({ stops }) => stops !== null)
    .map(({ name, title, summary, stops }) => ({ name, title, summary, stops }));
}

/** The files whose text on disk differs; a missing one is stale. */
export function staleFiles(files) {
  return [...files].filter(([path, text]) => textOf(path) !== text).map(([path]) => path);
}

function textOf(path) {
  try {
    return readFileSync(join(root, path), 'utf8').replaceAll('\r\n', '\n');
  } catch {
    return null;
  }
}

async function fromSources(folder) {
  const outfile = join(folder, 'derive.cjs');
  await build({
    absWorkingDir: root,
    entryPoints: ['solver/config/derive.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    ...readers,
    logLevel: 'error',
  });
  const { derive } = createRequire(import.meta.url)(outfile);
  return derive();
}

/** The declarations of solver/modules/index.ts, which imports nothing, as they stand for users. */
function publicTypes(folder) {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const flags = [
    '--declaration',
    '--emitDeclarationOnly',
    '--module',
    'preserve',
    '--target',
    'ES2022',
  ];
  const source = join(root, 'solver/modules/index.ts');
  execFileSync(execPath, [compiler, '--ignoreConfig', '--outDir', folder, ...flags, source]);
  const text = readFileSync(join(folder, 'index.d.ts'), 'utf8').replace(/^\/\*[\s\S]*?\*\/\n/, '');
  return `// Generated from solver/modules/index.ts by \`npm run generate\`: what problem modules import.\n${text}`;
}
