// `npm start`: opens the example workspace with the extension and starts a debug session in it.
// In the desktop VS Code where `code` is on the PATH, else (or with --browser) as a page on the loopback interface.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { argv, env, execPath, exit, platform } from 'node:process';
import { root } from './lib/root.mjs';
import { ensureDependencies } from './lib/setup.mjs';

const workspace = join(root, 'examples/workspace');
/** The extension starts this configuration of the workspace's launch.json by itself: within seconds it shows a finding. */
const example = 'Breast cancer, all features at once';
const autostart = { BLOCKSTEP_AUTOSTART: env['BLOCKSTEP_AUTOSTART'] ?? example };

const missing = ensureDependencies();
if (missing !== undefined) stop(missing);
const build = spawnSync(execPath, [join(root, 'scripts/build.mjs')], { stdio: 'inherit' });
if (build.status !== 0)
  stop('The build failed, so there is nothing to open; see its messages above.');

const { ensureServer, Missing, onPath } = await import('./host/install.mjs');
const code = onPath('code');
if (code !== undefined && !argv.includes('--browser')) openDesktop(code);
else await serve();

function openDesktop(program) {
  const args = ['--new-window', `--extensionDevelopmentPath=${root}`, workspace];
  const { status } = spawnSync(program, args, {
    stdio: 'inherit',
    env: { ...env, ...autostart },
    shell: platform === 'win32',
  });
  if (status !== 0)
    stop(
      `\`${program}\` could not open the workspace; \`npm start -- --browser\` opens it in a browser.`,
    );
  console.log('start: VS Code opens the example workspace.');
}

/** Serves the workbench until Ctrl-C. */
async function serve() {
  try {
    ensureServer();
  } catch (error) {
    if (error instanceof Missing) stop(error.message);
    throw error;
  }
  const { startServer } = await import('./host/server.mjs');
  const dataFolder = join(root, '.vscode-test/start');
  mkdirSync(dataFolder, { recursive: true });
  const server = await startServer({ dataFolder, env: autostart });
  const address = server.address({ folder: workspace, extensionPath: root });
  console.log(`start: open this address in a browser (Ctrl-C ends it):\n\n${address}\n`);
  // The server ends with this process, and keeps it alive until then.
}

function stop(sentence) {
  console.error(sentence);
  exit(1);
}
