// What has to stand before anything else can run. Uses Node alone: it runs before the first install.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { platform, versions } from 'node:process';
import { root } from './root.mjs';

/** Installs the dependencies when they are missing or older than the lockfile. Returns a sentence when it cannot. */
export function ensureDependencies() {
  if (Number(versions.node.split('.')[0]) < 20) {
    return `Node ${versions.node} is too old, because the tools need Node 20; install Node 20 or newer.`;
  }
  const installed = join(root, 'node_modules/.package-lock.json');
  const lockfile = join(root, 'package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lockfile).mtimeMs) return;
  console.log('setup: npm ci');
  const { status } = spawnSync('npm', ['ci'], {
    cwd: root,
    stdio: 'inherit',
    shell: platform === 'win32',
  });
  if (status === 0) return;
  return 'The dependencies are missing, because `npm ci` failed (see its message above); fix that and run the command again.';
}
