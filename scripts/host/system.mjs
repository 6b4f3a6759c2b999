// What the machine itself has to offer: programs on the PATH, and apt-get where it can be used.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { env, getuid, platform } from 'node:process';

/** A missing piece, in one sentence that also says how to get it. */
export class Missing extends Error {}

/** Where an executable stands on the PATH, or undefined. */
export function onPath(name) {
  const endings = platform === 'win32' ? ['.cmd', '.exe'] : [''];
  const folders = (env['PATH'] ?? '').split(delimiter).filter(folder => folder !== '');
  return folders
    .flatMap(folder => endings.map(ending => join(folder, name + ending)))
    .find(path => existsSync(path));
}

/** Whether the program really runs here: a link to nothing, or half a download, does not. */
export function runs(program) {
  return spawnSync(program, ['--version'], { stdio: 'ignore', timeout: 30_000 }).status === 0;
}

/** Installs Debian packages where that is allowed: on Debian, as root. Returns why it could not, or undefined. */
export function installWithApt(packages, say) {
  const debian = platform === 'linux' && existsSync('/etc/debian_version') && onPath('apt-get');
  if (!debian || getuid?.() !== 0) return 'apt-get installs it only on Debian and as root';
  say(`host: installing ${packages.join(', ')} with apt-get`);
  const options = { encoding: 'utf8', env: { ...env, DEBIAN_FRONTEND: 'noninteractive' } };
  spawnSync('apt-get', ['update'], options);
  const install = ['install', '-y', '--no-install-recommends', ...packages];
  const { status, stderr } = spawnSync('apt-get', install, options);
  return status === 0 ? undefined : `apt-get said: ${lastLines(stderr)}`;
}

/** The end of what a program said, in one line. */
export function lastLines(text) {
  return String(text).trim().split('\n').slice(-3).join(' ');
}
