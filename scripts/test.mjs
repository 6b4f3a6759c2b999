// `npm test`: sets everything up, then runs every check. The last line is the count; a failed check counts as one failure.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execPath, platform } from 'node:process';
import { root } from './lib/root.mjs';
import { ensureDependencies } from './lib/setup.mjs';

const total = { passed: 0, failed: 0 };
const summary = [];

try {
  await main();
} catch (error) {
  // A missing piece explains itself in a sentence; anything else is a defect, and its stack helps.
  console.error(error.constructor.name === 'Missing' ? error.message : error);
  total.failed++;
}
console.log(`\n${summary.join('\n')}`);
if (total.passed === 0) console.error('No test passed, so the run counts as failed.');
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

async function main() {
  const missing = ensureDependencies();
  if (missing !== undefined) {
    console.error(missing);
    total.failed++;
    return;
  }
  await step('build', () => check(execPath, join(root, 'scripts/build.mjs')));
  await step('lint', () => check(tool('biome'), 'ci', '--error-on-warnings', '.'));
  for (const project of ['.', 'webview', 'test']) {
    await step(`typecheck ${project}`, () => check(tool('tsc'), '-p', project));
  }
  await step('knip', () => check(tool('knip')));

  // These need the dependencies, so they are loaded only now.
  const { unitFolders, runNodeTests } = await import('./lib/node-tests.mjs');
  const { offerSoftwareGraphics } = await import('./host/graphics.mjs');
  offerSoftwareGraphics();
  await step('unit', () => runNodeTests(unitFolders));
  const { runHostTests } = await import('./host.mjs');
  await step('host', () => runHostTests());
}

async function step(name, run) {
  console.log(`\n── ${name}`);
  const start = performance.now();
  const { passed, failed, failures = [] } = await run();
  total.passed += passed;
  total.failed += failed;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  summary.push(`${failed === 0 ? '✔' : '✖'} ${name} (${seconds} s)`);
  summary.push(...failures.map(failure => `  ${failure}`));
}

/** Runs a program. What it checks is no test, so success adds nothing to the count. */
function check(program, ...args) {
  const { status } = spawnSync(program, args, {
    cwd: root,
    stdio: 'inherit',
    shell: platform === 'win32',
  });
  return { passed: 0, failed: status === 0 ? 0 : 1 };
}

function tool(name) {
  const path = join(root, 'node_modules/.bin', name);
  return existsSync(path) ? path : name;
}
