// `npm run bench`: measures test/bench/*.bench.ts, writes test/bench/results.json and the table of its README.
// Words after `--` keep only the files whose path contains one of them; then nothing is written.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { basename, join } from 'node:path';
import { argv, pid, versions } from 'node:process';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { line, readme, withTable } from './lib/bench-table.mjs';
import { entries, readers } from './lib/entries.mjs';
import { bundleTests } from './lib/node-tests.mjs';
import { globSync, root } from './lib/root.mjs';

const words = argv.slice(2);
const files = globSync('test/bench', '.bench.ts').filter(
  file => words.length === 0 || words.some(word => file.includes(word)),
);
const folder = join(root, 'dist-test', `bench-${pid}`);
mkdirSync(folder, { recursive: true });
try {
  const outfile = join(folder, 'index.js');
  await Promise.all([bundleTests(files, './test/support/bench', outfile), ...companions()]);
  const { default: module } = await import(pathToFileURL(outfile).href);
  const results = await module.run(result => console.log(line(result)));
  const report = {
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    node: versions.node,
    v8: versions.v8,
    results,
  };
  if (words.length === 0 && results.length > 0) {
    writeFileSync(join(root, 'test/bench/results.json'), `${JSON.stringify(report, null, 2)}\n`);
    writeFileSync(readme, withTable(readFileSync(readme, 'utf8'), report));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The solver as the package has it, and what the measurements run in threads and processes of their own. */
function companions() {
  const solver = entries
    .filter(({ name }) => ['solver', 'worker', 'device'].includes(name))
    .map(({ name, source, options }) => ({ name, source, options }));
  const own = globSync('test/bench', '.worker.ts').map(source => ({
    name: basename(source, '.worker.ts'),
    source,
    options: entries.find(({ name }) => name === 'solver').options,
  }));
  return [...solver, ...own].map(({ name, source, options }) =>
    build({
      ...options,
      absWorkingDir: root,
      entryPoints: [source],
      outfile: join(folder, `${name}.js`),
      bundle: true,
      minify: true,
      keepNames: true,
      ...readers,
      define: { 'process.env.NODE_ENV': '"production"' },
      logLevel: 'error',
    }),
  );
}
