// `npm run soak`: what takes minutes. Runs test/soak/*.soak.ts, each in a process of its own, one after another; writes
// test/soak/results.json and the table of its README. Words after `--` keep only the files whose path contains one of them;
// their results replace those of before. A figure beyond its bound fails.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { basename, join } from 'node:path';
import { argv, execPath, exit, pid, versions } from 'node:process';
import { bundleTests } from './lib/node-tests.mjs';
import { globSync, root } from './lib/root.mjs';

const words = argv.slice(2);
const path = join(root, 'test/soak/results.json');
const readme = join(root, 'test/soak/README.md');
const folder = join(root, 'dist-test', `soak-${pid}`);
const { results } = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : { results: {} };
mkdirSync(folder, { recursive: true });
let failed = false;
try {
  for (const file of globSync('test/soak', '.soak.ts')) {
    if (words.length > 0 && !words.some(word => file.includes(word))) continue;
    const name = basename(file, '.soak.ts');
    const outfile = join(folder, `${name}.js`);
    await bundleTests([file], './test/support/soaking', outfile);
    const started = Date.now();
    const { code, figures } = await measured(outfile);
    if (code !== 0 || figures.some(({ met }) => met === false)) failed = true;
    if (code === 0) results[name] = { seconds: Math.round((Date.now() - started) / 1000), figures };
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const report = {
  cpu: cpus()[0]?.model,
  cores: cpus().length,
  memoryGB: Math.round(totalmem() / 1e9),
  node: versions.node,
  results,
};
writeFileSync(path, `${JSON.stringify(report, null, 2)}\n`);
writeFileSync(readme, withTable(readFileSync(readme, 'utf8')));
exit(failed ? 1 : 0);

/** Runs one file; its figures come as lines of JSON. */
function measured(outfile) {
  const child = spawn(
    execPath,
    ['--enable-source-maps', '-e', `require(${JSON.stringify(outfile)}).run()`],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let text = '';
  child.stdout.on('data', data => {
    text += data;
    process.stdout.write(data);
  });
  return new Promise(resolve => {
    child.once('close', code => {
      const figures = text
        .split('\n')
        .filter(line => line.startsWith('{'))
        .map(line => JSON.parse(line));
      resolve({ code, figures });
    });
  });
}

function withTable(text) {
  const mark = '<!-- results: written by npm run soak -->';
  const rows = Object.entries(results).flatMap(([name, { seconds, figures }]) =>
    figures.map(
      ({ what, value, unit, atMost, met }) =>
        `| ${name} (${seconds} s) | ${what} | ${value.toLocaleString('en')} ${unit} | ${atMost === undefined ? '' : `at most ${atMost.toLocaleString('en')}: ${met ? 'met' : 'not met'}`} |`,
    ),
  );
  const machine = `${report.cpu}, ${report.cores} cores, ${report.memoryGB} GB; Node ${report.node}.`;
  const table = [
    '| file | measured | value | required |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
  return `${text.slice(0, text.indexOf(mark) + mark.length)}\n\n${machine}\n\n${table}\n`;
}
