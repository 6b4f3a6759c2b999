// Runs test/host inside a real extension host, then test/e2e against a real workbench.
// Words after `--` keep only the files whose path contains one of them. BLOCKSTEP_DESKTOP=1 takes a downloaded desktop VS Code for test/host.
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv, env } from 'node:process';
import { pathToFileURL } from 'node:url';
import { runTests } from '@vscode/test-electron';
import { ensureBrowser } from './host/browser.mjs';
import { ensureServer, makeRunFolder } from './host/install.mjs';
import { bundleTests, runNodeTests } from './lib/node-tests.mjs';
import { globSync, root } from './lib/root.mjs';

/** Runs both kinds of tests and returns { passed, failed, failures }. */
export async function runHostTests(words = []) {
  const chosen = file => words.length === 0 || words.some(word => file.includes(word));
  const desktop = env['BLOCKSTEP_DESKTOP'] !== undefined;
  const inside = globSync('test/host', '.test.ts').filter(chosen);
  const e2e = globSync('test/e2e', '.test.ts').filter(chosen);
  if (!desktop || e2e.length > 0) {
    ensureServer();
    ensureBrowser();
  }
  const first = inside.length > 0 ? await runInside(inside, desktop) : { passed: 0, failed: 0 };
  // One workbench at a time: two would share the processor and time out in turns.
  const second = await runNodeTests(['test/e2e'], { words, concurrency: 1 });
  return {
    passed: first.passed + second.passed,
    failed: first.failed + second.failed,
    failures: second.failures,
  };
}

async function runInside(files, desktop) {
  const { folder, remove } = makeRunFolder('tests');
  const report = join(folder, 'report.json');
  try {
    await bundleTests(files, './test/support/host', join(folder, 'index.js'));
    const standIn = join(root, 'scripts/host/vscode.mjs');
    chmodSync(standIn, 0o755);
    await runTests({
      ...(desktop ? { version: '1.100.3' } : { vscodeExecutablePath: standIn }),
      extensionDevelopmentPath: root,
      extensionTestsPath: join(folder, 'index.js'),
      extensionTestsEnv: { BLOCKSTEP_HOST_REPORT: report },
      launchArgs: [join(root, 'examples/workspace'), `--user-data-dir=${join(folder, 'user')}`],
    }).catch(error => console.error(`host: ${error.message}`));
    return tally(report);
  } finally {
    remove();
  }
}

/** Prints what the tests left and counts them. A host that died before the end is one failure more. */
function tally(report) {
  if (!existsSync(report)) {
    console.error(
      'host: the extension host ran no test; BLOCKSTEP_HOST_VERBOSE=1 shows its output.',
    );
    return { passed: 0, failed: 1 };
  }
  const { lines, passed, failed, ended } = JSON.parse(readFileSync(report, 'utf8'));
  for (const line of lines) console.log(line);
  if (!ended) console.error('host: the extension host ended before its tests did.');
  return { passed, failed: ended ? failed : failed + 1 };
}

if (import.meta.url === pathToFileURL(argv[1] ?? '').href) {
  const { passed, failed } = await runHostTests(
    argv.slice(2).filter(word => !word.startsWith('-')),
  );
  console.log(`${passed} passed, ${failed} failed`);
  if (passed + failed === 0)
    console.error('host: no test ran; the words given match no test file.');
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}
