// Bundles TypeScript tests with esbuild and runs them with node:test, each file in a process of its own.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execPath, pid } from 'node:process';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { onEnd } from '../host/cleanup.mjs';
import { readers } from './entries.mjs';
import { globSync, root } from './root.mjs';

/** Where the tests stand that need no host. */
export const unitFolders = ['test/unit', 'test/oracle', 'test/fuzz'];

const options = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  sourcemap: 'inline',
  ...readers,
  // Of the scripts that tests import, root.mjs alone asks for its own place.
  define: {
    'import.meta.url': JSON.stringify(pathToFileURL(join(root, 'scripts/lib/root.mjs')).href),
  },
  // Some look for files beside themselves, some exist only in the host, some only on some machines.
  external: [
    ...['assemblyscript', 'esbuild', 'playwright-core', '@vscode/test-electron', '@vscode/vsce'],
    ...['vscode', 'gl', 'webgpu'],
  ],
  logLevel: 'error',
};

/**
 * Runs every *.test.ts under the folders whose path contains one of the words (all, when there is none).
 * Returns { passed, failed, failures }: the counts of tests, suites not counted, and a sentence for each that failed.
 * A bundle that cannot be built is one failure.
 */
export async function runNodeTests(folders, { words = [], concurrency, env = {} } = {}) {
  const files = folders
    .flatMap(folder => globSync(folder, '.test.ts'))
    .filter(file => words.length === 0 || words.some(word => file.includes(word)));
  if (files.length === 0) return { passed: 0, failed: 0 };
  const out = join(root, 'dist-test', `run-${pid}-${folders[0].replaceAll('/', '-')}`);
  mkdirSync(out, { recursive: true });
  const remove = () => rmSync(out, { recursive: true, force: true });
  const forget = onEnd(remove);
  try {
    if (!(await bundle(files, out))) return { passed: 0, failed: 1 };
    const bundled = files.map(file => join(out, file.replace(/\.ts$/, '.js')));
    return await runNode(bundled, out, concurrency, env);
  } finally {
    remove();
    forget();
  }
}

/** Bundles the files to one module, which registers their tests and exports run() of the given runner. */
export async function bundleTests(files, runner, outfile) {
  const imports = files.map(file => `import './${file}';`).join('\n');
  await build({
    ...options,
    stdin: { contents: `${imports}\nexport { run } from '${runner}';`, resolveDir: root },
    outfile,
  });
}

/** Bundles every file for itself, and says whether that worked; esbuild has printed the reason otherwise. */
function bundle(files, outdir) {
  return build({ ...options, entryPoints: files, outdir, outbase: '.' }).then(
    () => true,
    () => false,
  );
}

function runNode(files, out, concurrency, env) {
  const counts = join(out, 'counts.json');
  const args = [
    '--enable-source-maps',
    '--test',
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    `--test-reporter=${new URL('./count-reporter.mjs', import.meta.url).href}`,
    `--test-reporter-destination=${counts}`,
    ...(concurrency === undefined ? [] : [`--test-concurrency=${concurrency}`]),
    ...files,
  ];
  return new Promise(resolve => {
    const child = spawn(execPath, args, {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, ...env },
    });
    const forget = onEnd(() => child.kill());
    child.once('exit', code => {
      forget();
      const tally = existsSync(counts)
        ? JSON.parse(readFileSync(counts, 'utf8'))
        : { passed: 0, failed: 0 };
      // A runner that failed without naming a test still counts as a failure.
      if (code !== 0 && tally.failed === 0) tally.failed = 1;
      resolve(tally);
    });
  });
}
