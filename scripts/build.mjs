// Bundles every entry into dist/. Flags: --watch rebuilds on change, --production minifies and leaves source maps out.
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { argv } from 'node:process';
import { context } from 'esbuild';
import { entries, readers } from './lib/entries.mjs';
import { root } from './lib/root.mjs';

const watch = argv.includes('--watch');
const production = argv.includes('--production');
const start = performance.now();
mkdirSync(join(root, 'dist/meta'), { recursive: true });

const results = await Promise.all(entries.map(build));
const failed = results.filter(ok => !ok).length;
const ms = Math.round(performance.now() - start);
if (failed > 0) {
  console.error(
    `build: ${failed} of ${entries.length} bundles failed; the messages above name the lines.`,
  );
  if (!watch) process.exitCode = 1;
} else console.log(`build: ${entries.length} bundles in ${ms} ms`);

/** Builds one entry and says whether it worked. A failure leaves the other bundles alone. */
async function build({ name, source, options, executable }) {
  if (!existsSync(join(root, source))) {
    console.log(`build: ${source} does not exist yet; dist/${name}.js is skipped`);
    return true;
  }
  const bundle = await context({
    ...options,
    absWorkingDir: root,
    entryPoints: [source],
    outfile: `dist/${name}.js`,
    bundle: true,
    metafile: true,
    minify: production,
    keepNames: true,
    sourcemap: production ? false : 'linked',
    loader: readers.loader,
    banner: executable ? { js: '#!/usr/bin/env node' } : {},
    define: { 'process.env.NODE_ENV': production ? '"production"' : '"development"' },
    logLevel: 'warning',
    plugins: [
      ...readers.plugins,
      { name: 'after', setup: b => b.onEnd(result => after(name, executable, result)) },
    ],
  });
  if (watch) {
    await bundle.watch();
    return true;
  }
  try {
    await bundle.rebuild();
    return true;
  } catch {
    return false; // esbuild has printed the reason already.
  } finally {
    await bundle.dispose();
  }
}

/** Writes the metafile for the architecture test, and sets the executable bit. */
function after(name, executable, result) {
  if (!result.metafile) return;
  writeFileSync(join(root, 'dist/meta', `${name}.json`), JSON.stringify(result.metafile));
  const js = join(root, 'dist', `${name}.js`);
  if (executable && result.errors.length === 0) chmodSync(js, 0o755);
  if (watch) console.log(`build: ${basename(js)}`);
}
