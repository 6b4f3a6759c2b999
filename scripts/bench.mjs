// `npm run bench`: measures test/bench/*.bench.ts and writes test/bench/results.json.
// Words after `--` keep only the files whose path contains one of them; then nothing is written.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { argv, pid, versions } from 'node:process';
import { pathToFileURL } from 'node:url';
import { globSync } from './glob.mjs';
import { bundleTests } from './node-tests.mjs';
import { root } from './root.mjs';

const words = argv.slice(2);
const files = globSync('test/bench', '.bench.ts').filter(
  file => words.length === 0 || words.some(word => file.includes(word)),
);
const folder = join(root, 'dist-test', `bench-${pid}`);
mkdirSync(folder, { recursive: true });
try {
  const outfile = join(folder, 'index.js');
  await bundleTests(files, './test/support/bench', outfile);
  const { default: module } = await import(pathToFileURL(outfile).href);
  const results = await module.run();
  for (const { title, median, p90 } of results) {
    console.log(`${title}: ${median.toPrecision(3)} ms (90 % within ${p90.toPrecision(3)} ms)`);
  }
  const report = {
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    node: versions.node,
    v8: versions.v8,
    results,
  };
  if (words.length === 0 && results.length > 0) {
    writeFileSync(join(root, 'test/bench/results.json'), `${JSON.stringify(report, null, 2)}\n`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
