// Starts VS Code's server on the loopback interface and builds the address of its workbench.
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { onEnd } from './cleanup.mjs';
import { serverFolder } from './install.mjs';

const entry = join(serverFolder, 'out/server-main.js');

/** A quiet workbench: nothing pops up, nothing phones home, nothing moves. */
const quietSettings = {
  'chat.commandCenter.enabled': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'files.simpleDialog.enable': true,
  'git.enabled': false,
  'npm.autoDetect': 'off',
  'remote.autoForwardPorts': false,
  'security.workspace.trust.enabled': false,
  'task.autoDetect': 'off',
  'telemetry.telemetryLevel': 'off',
  'typescript.disableAutomaticTypeAcquisition': true,
  'update.mode': 'none',
  'workbench.enableExperiments': false,
  'workbench.reduceMotion': 'on',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/**
 * Starts the server with its data under `dataFolder`.
 * @param {{ dataFolder: string, settings?: Record<string, unknown>, env?: Record<string, string>, installVsix?: string | undefined, forTests?: boolean }} options
 *   `env` reaches the extension host; `installVsix` is installed before the start; `forTests` honours a test module in the address.
 */
export async function startServer({
  dataFolder,
  settings = {},
  env = {},
  installVsix,
  forTests = false,
}) {
  const user = join(dataFolder, 'user');
  mkdirSync(join(user, 'User'), { recursive: true });
  const allSettings = JSON.stringify({ ...quietSettings, ...settings }, null, 2);
  writeFileSync(join(user, 'User/settings.json'), allSettings);

  const folders = [
    ...['--server-data-dir', join(dataFolder, 'server')],
    ...['--user-data-dir', user],
    ...['--extensions-dir', join(dataFolder, 'extensions')],
  ];
  // Sockets go here. Their paths must be short, so this cannot lie under dataFolder.
  const scratch = mkdtempSync(join(tmpdir(), 'blockstep-'));
  const serverEnv = {
    ...process.env,
    ...env,
    XDG_CONFIG_HOME: join(dataFolder, 'config'),
    XDG_DATA_HOME: join(dataFolder, 'share'),
    XDG_CACHE_HOME: join(dataFolder, 'cache'),
    XDG_RUNTIME_DIR: scratch,
    TMPDIR: scratch,
    EXTENSIONS_GALLERY: '{}',
  };
  // A terminal inside VS Code sets these, and they would make the server talk to that window.
  for (const name of ['VSCODE_IPC_HOOK_CLI', 'ELECTRON_RUN_AS_NODE', 'NODE_OPTIONS'])
    delete serverEnv[name];
  if (installVsix !== undefined) {
    const args = [entry, ...folders, '--install-extension', installVsix];
    execFileSync(execPath, args, { env: serverEnv, stdio: 'pipe' });
  }

  const port = await freePort();
  // Other users of the machine can reach a loopback port as well; the token keeps them out.
  const token = randomBytes(16).toString('hex');
  const logFile = join(dataFolder, 'server.log');
  const log = openSync(logFile, 'a');
  const flags = [
    '--accept-server-license-terms',
    '--disable-telemetry',
    '--disable-workspace-trust',
  ];
  if (forTests) flags.push('--enable-smoke-test-driver');
  const listen = ['--host', '127.0.0.1', '--port', String(port), '--connection-token', token];
  const child = spawn(execPath, [entry, ...listen, ...folders, ...flags], {
    env: serverEnv,
    stdio: ['ignore', log, log],
    // A group of its own, so that the extension hosts and the solvers end with it.
    detached: true,
  });
  closeSync(log);
  const forget = onEnd(() => {
    signal('SIGKILL');
    rmSync(scratch, { recursive: true, force: true });
  });
  let running = true;
  const exited = new Promise(resolve => child.once('exit', resolve)).then(() => (running = false));

  const deadline = Date.now() + 60_000;
  while (!(await answers(port))) {
    if (!running || Date.now() > deadline) {
      await stop();
      throw new Error(
        `VS Code's server did not start.\n${readFileSync(logFile, 'utf8').slice(-3000)}`,
      );
    }
    await sleep(50);
  }
  return { address, stop, logFile };

  /**
   * The workbench on a folder, with an extension loaded from its source folder.
   * @param {{ folder: string, extensionPath?: string | undefined, testsPath?: string | undefined }} options
   */
  function address({ folder, extensionPath, testsPath }) {
    const remote = path => `vscode-remote://127.0.0.1:${port}${path}`;
    const payload = [];
    if (extensionPath !== undefined)
      payload.push(['extensionDevelopmentPath', remote(extensionPath)]);
    if (testsPath !== undefined) payload.push(['extensionTestsPath', remote(testsPath)]);
    const query = new URLSearchParams({ tkn: token, folder });
    if (payload.length > 0) query.set('payload', JSON.stringify(payload));
    return `http://127.0.0.1:${port}/?${query}`;
  }

  /** Ends the server and all that it started. Settles when it is gone. */
  async function stop() {
    if (running) signal('SIGTERM');
    await Promise.race([exited, sleep(3000, undefined, { ref: false })]);
    signal('SIGKILL');
    await exited;
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
    forget();
  }

  function signal(name) {
    try {
      process.kill(-child.pid, name);
    } catch {
      // The group is gone already, which is what was wanted.
    }
  }
}

function answers(port) {
  return new Promise(resolve => {
    const request = get(`http://127.0.0.1:${port}/version`, response => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.once('error', () => resolve(false));
    request.setTimeout(2000, () => request.destroy());
  });
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
