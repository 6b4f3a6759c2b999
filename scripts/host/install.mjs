import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { env, getuid, platform } from 'node:process';
import { root } from '../lib/root.mjs';
import { onEnd } from './cleanup.mjs';

// Puts a real VS Code into .vscode-test/: its own server and web workbench, as the npm package code-server ships them.
// No marker says that a piece stands: each is looked at when it is needed, and what is missing or broken is made again.

/** code-server 4.x.y carries VS Code 1.x.y; this one still runs on Node 20. */
const version = '4.100.3';
const home = join(root, '.vscode-test', `code-server-${version}`);

/** VS Code's folder inside the install. */
export const serverFolder = join(home, 'node_modules/code-server/lib/vscode');

/** What npm installs, in the order in which one brings the folder of the next. */
const pieces = [
  { folder: home, what: [`code-server@${version}`] },
  { folder: serverFolder, what: ['--omit=dev'] },
  { folder: join(serverFolder, 'extensions'), what: ['--omit=dev'] },
];

/**
 * A new folder under .vscode-test/run/ for what a run writes, and the function that removes it.
 * @param {string} prefix
 */
export function makeRunFolder(prefix) {
  const parent = join(root, '.vscode-test/run');
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, `${prefix}-`));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  const forget = onEnd(remove);
  return {
    folder,
    remove() {
      remove();
      forget();
    },
  };
}

/** The server, whole, with file search: what is missing is installed. About 30 s the first time, a few ms afterwards. */
export function ensureServer(say = console.log) {
  if (platform === 'win32') {
    throw new Missing(
      'The browser workbench cannot be installed on Windows, because its server is built for Linux and macOS; run the host tests with BLOCKSTEP_DESKTOP=1.',
    );
  }
  const first = pieces.findIndex(({ folder }) => !whole(folder));
  if (first >= 0) {
    say(
      `host: installing VS Code 1.${version.slice(2)} (code-server ${version}) into .vscode-test/`,
    );
    if (first === 0) {
      rmSync(home, { recursive: true, force: true });
      mkdirSync(home, { recursive: true });
      writeFileSync(join(home, 'package.json'), '{ "private": true }\n');
    }
    // A piece installed anew may take with it what npm put below its folder.
    for (const { folder, what } of pieces.slice(first)) npm(folder, what);
  }
  linkRipgrep(say);
}

/** Whether npm ended its work in this folder, and all that it put there still stands. */
function whole(folder) {
  const record = join(folder, 'node_modules/.package-lock.json'); // npm writes it last
  if (!existsSync(record)) return false;
  const { packages } = JSON.parse(readFileSync(record, 'utf8'));
  return Object.entries(packages).every(
    ([path, { optional }]) => optional || existsSync(join(folder, path, 'package.json')),
  );
}

function npm(cwd, what) {
  // Scripts stay off: the server needs no native module, and its post-install step would download things.
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--engine-strict=false'];
  try {
    execFileSync('npm', ['install', ...what, ...quiet], {
      cwd,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  } catch (error) {
    throw new Missing(
      `VS Code's server could not be installed, because \`npm install\` failed (${lastLines(error.stderr ?? error.message)}); check the connection to your npm registry and run the command again.`,
    );
  }
}

/** File search in the workbench runs the system's ripgrep. Without one everything else still works. */
function linkRipgrep(say) {
  const folder = join(serverFolder, 'node_modules/@vscode/ripgrep/bin');
  const link = join(folder, 'rg');
  if (runs(link)) return;
  const trouble = onPath('rg') === undefined ? installWithApt(['ripgrep'], say) : undefined;
  const rg = onPath('rg');
  if (rg === undefined) {
    say(
      `host: the workbench's file search will find nothing, because there is no ripgrep (${trouble}); install ripgrep to have it.`,
    );
    return;
  }
  mkdirSync(folder, { recursive: true });
  rmSync(link, { force: true });
  symlinkSync(rg, link);
}

/** The version of VS Code in the install. */
export function serverVersion() {
  return JSON.parse(readFileSync(join(serverFolder, 'package.json'), 'utf8')).version;
}

// What the machine itself has to offer: programs on the PATH, and apt-get where it can be used.

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
