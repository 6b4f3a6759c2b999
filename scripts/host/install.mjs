// Puts a real VS Code into .vscode-test/: its own server and web workbench, as the npm package code-server ships them.
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
import { env, platform } from 'node:process';
import { root } from '../root.mjs';
import { onEnd } from './cleanup.mjs';

/** code-server 4.x.y carries VS Code 1.x.y; this one still runs on Node 20. */
const version = '4.100.3';
const home = join(root, '.vscode-test', `code-server-${version}`);
const marker = join(home, 'installed');

/** VS Code's folder inside the install. */
export const serverFolder = join(home, 'node_modules/code-server/lib/vscode');

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

/** A missing piece, in one sentence that also says how to get it. */
export class Missing extends Error {}

/** Installs the server unless it stands already. About 30 s the first time, nothing afterwards. */
export function ensureServer(say = console.log) {
  if (existsSync(marker)) return;
  if (platform === 'win32') {
    throw new Missing(
      'The browser workbench cannot be installed on Windows, because its server is built for Linux and macOS; run the host tests with BLOCKSTEP_DESKTOP=1.',
    );
  }
  say(`host: installing VS Code 1.${version.slice(2)} (code-server ${version}) into .vscode-test/`);
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), '{ "private": true }\n');
  // Scripts stay off: the server needs no native module, and its post-install step would download things.
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--engine-strict=false'];
  npm(home, ['install', `code-server@${version}`, ...quiet]);
  npm(serverFolder, ['install', '--omit=dev', ...quiet]);
  npm(join(serverFolder, 'extensions'), ['install', '--omit=dev', ...quiet]);
  linkRipgrep();
  writeFileSync(marker, `${version}\n`);
}

function npm(cwd, args) {
  try {
    execFileSync('npm', args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    rmSync(marker, { force: true });
    const reason = String(error.stderr ?? error.message)
      .trim()
      .split('\n')
      .slice(-3)
      .join(' ');
    throw new Missing(
      `VS Code's server could not be installed, because \`npm ${args[0]}\` failed (${reason}); check the connection to your npm registry and run the command again.`,
    );
  }
}

/** File search in the workbench runs the system's ripgrep. Without one everything else still works. */
function linkRipgrep() {
  const rg = onPath('rg');
  const folder = join(serverFolder, 'node_modules/@vscode/ripgrep/bin');
  if (rg === undefined || existsSync(join(folder, 'rg'))) return;
  mkdirSync(folder, { recursive: true });
  symlinkSync(rg, join(folder, 'rg'));
}

/** The path of a Chromium that can be driven. On Debian, as root, it is installed when there is none. */
export async function ensureBrowser(say = console.log) {
  const found = await findBrowser();
  if (found !== undefined) return found;
  const debian = platform === 'linux' && existsSync('/etc/debian_version') && onPath('apt-get');
  if (debian && process.getuid?.() === 0) {
    say('host: installing chromium, ripgrep and fonts-dejavu-core with apt-get');
    const packages = ['chromium', 'ripgrep', 'fonts-dejavu-core'];
    const options = { stdio: 'ignore', env: { ...env, DEBIAN_FRONTEND: 'noninteractive' } };
    spawnSync('apt-get', ['update'], options);
    spawnSync('apt-get', ['install', '-y', '--no-install-recommends', ...packages], options);
    const installed = await findBrowser();
    if (installed !== undefined) return installed;
  }
  throw new Missing(
    'No Chromium was found, and the workbench tests need one; install chromium or Google Chrome, or set CHROME_PATH to its executable.',
  );
}

async function findBrowser() {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const { chromium } = await import('playwright-core');
  const candidates = [
    env['CHROME_PATH'],
    ...names.map(onPath),
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    chromium.executablePath(),
  ];
  return candidates.find(path => path !== undefined && path !== '' && existsSync(path));
}

/** Where an executable stands on the PATH, or undefined. */
export function onPath(name) {
  const endings = platform === 'win32' ? ['.cmd', '.exe'] : [''];
  const folders = (env['PATH'] ?? '').split(delimiter).filter(folder => folder !== '');
  return folders
    .flatMap(folder => endings.map(ending => join(folder, name + ending)))
    .find(path => existsSync(path));
}

/** The version of VS Code in the install. */
export function serverVersion() {
  return JSON.parse(readFileSync(join(serverFolder, 'package.json'), 'utf8')).version;
}
