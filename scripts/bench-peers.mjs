// `npm run bench:peers`: the time to a gap beside scikit-learn, celer, skglm and liblinear; test/bench/README.md says how.
// Writes test/bench/peers.json and its table of the README, unless --only keeps some of the problems.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { exit, pid, versions } from 'node:process';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { readme, withPeers } from './lib/bench-table.mjs';
import { entries, readers } from './lib/entries.mjs';
import { root } from './lib/root.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    methods: { type: 'string' },
    limit: { type: 'string', default: '60' },
    repetitions: { type: 'string', default: '5' },
    cpu: { type: 'boolean', default: false },
  },
});
const venv = join(root, 'test/bench/.venv');
const python = join(venv, 'bin/python');
/** Beside numpy and scipy, without which no gap is judged; the others are left out where they cannot be installed. */
const packages = { sklearn: 'scikit-learn', celer: 'celer', skglm: 'skglm', rdata: 'rdata' };

const missing = environment();
const folder = join(root, 'dist-test', `peers-${pid}`);
mkdirSync(folder, { recursive: true });
try {
  await Promise.all([bundle('run'), bundle('ours')]);
  const { run } = await import(pathToFileURL(join(folder, 'run.js')).href);
  const words = values.only.split(/[\s,]+/).filter(word => word !== '');
  const asked = {
    words,
    methods: values.methods?.split(',') ?? null,
    limit: Number(values.limit),
    repetitions: Number(values.repetitions),
    cpu: values.cpu,
  };
  const found = await run(asked, text => console.log(text));
  const report = {
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    versions: { node: versions.node, v8: versions.v8, ...found.versions },
    measured: values.cpu ? 'processor time' : 'wall time',
    limitSeconds: asked.limit,
    repetitions: asked.repetitions,
    problems: found.problems,
    cold: found.cold,
    missing: [...missing, ...found.missing],
  };
  if (words.length > 0) console.log('Nothing is written: --only was given.');
  else {
    writeFileSync(join(root, 'test/bench/peers.json'), `${JSON.stringify(report, null, 2)}\n`);
    writeFileSync(readme, withPeers(readFileSync(readme, 'utf8'), report));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Makes the environment where it is not there; sentences on what of it could not be had. Ends where nothing can be judged. */
function environment() {
  if (!existsSync(python)) {
    console.log('Making test/bench/.venv, once.');
    const made = spawnSync('python3', ['-m', 'venv', venv], { encoding: 'utf8' });
    if (made.status !== 0) {
      rmSync(venv, { recursive: true, force: true });
      fail(
        `python3 -m venv test/bench/.venv failed: ${last(made)}`,
        'install python3 and python3-venv',
      );
    }
  }
  const lacks = module => spawnSync(python, ['-c', `import ${module}`]).status !== 0;
  const install = name => {
    console.log(`Installing ${name}.`);
    return spawnSync(python, ['-m', 'pip', 'install', '-q', name], { encoding: 'utf8' });
  };
  for (const name of ['numpy', 'scipy'].filter(lacks)) {
    const got = install(name);
    if (got.status !== 0)
      fail(`${name} cannot be installed: ${last(got)}`, 'connect to a package index');
  }
  const sentences = [];
  for (const [module, name] of Object.entries(packages)) {
    if (!lacks(module)) continue;
    const got = install(name);
    if (got.status !== 0)
      sentences.push(`${name} cannot be installed and is left out: ${last(got)}`);
  }
  for (const sentence of sentences) console.log(sentence);
  return sentences;
}

/** The last line of what a command complained about. */
function last({ error, stderr }) {
  return error?.message ?? stderr.trim().split('\n').at(-1);
}

function fail(what, remedy) {
  console.error(`The peers cannot be measured (${what}); ${remedy} and try again.`);
  exit(1);
}

/** As the package has the engine. */
function bundle(name) {
  const { options } = entries.find(entry => entry.name === 'solver');
  return build({
    ...options,
    absWorkingDir: root,
    entryPoints: [`test/bench/peers/${name}.ts`],
    outfile: join(folder, `${name}.js`),
    bundle: true,
    minify: true,
    keepNames: true,
    ...readers,
    define: {
      'process.env.NODE_ENV': '"production"',
      'import.meta.url': JSON.stringify(pathToFileURL(join(root, 'scripts/lib/root.mjs')).href),
    },
    logLevel: 'error',
  });
}
