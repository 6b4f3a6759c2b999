#!/usr/bin/env node
// Stands in for the VS Code executable: @vscode/test-electron runs it as it would run the desktop build.
// Takes --extensionDevelopmentPath=DIR, --extensionTestsPath=FILE and a folder; ends with the tests' exit code.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { argv, env, exit } from 'node:process';
import { fileURLToPath } from 'node:url';
import { openBrowser } from './browser.mjs';
import { ensureServer, makeRunFolder, serverVersion } from './install.mjs';
import { startServer } from './server.mjs';

const limit = Number(env['BLOCKSTEP_HOST_TIMEOUT'] ?? 300_000);
const verbose = env['BLOCKSTEP_HOST_VERBOSE'] !== undefined;

if (argv.includes('--version')) {
  console.log(serverVersion());
  exit(0);
}

/** The server has no native modules for logs and a watchdog and no service worker, and says so each time. */
const harmless = /spdlog|watchdog|Service Worker/;

const extensionPath = option('extensionDevelopmentPath');
const testsPath = option('extensionTestsPath');
const userData = option('user-data-dir');
const folder = resolve(argv.slice(2).find(word => !word.startsWith('-')) ?? '.');

ensureServer();
const { folder: dataFolder, remove } = makeRunFolder('host');
let server;
let browser;
let code = 1;
try {
  server = await startServer({ dataFolder, settings: userSettings(), forTests: true });
  browser = await openBrowser({ dataFolder });
  code = await run();
} catch (error) {
  console.error(`host: ${error.message}`);
  if (verbose && server) console.error(readFileSync(server.logFile, 'utf8'));
}
await browser?.close().catch(() => {});
await server?.stop();
remove();
exit(code);

/** Opens the workbench, whose extension host runs the tests, and settles with their exit code. */
async function run() {
  const page = browser.pages()[0] ?? (await browser.newPage());
  const ended = new Promise((settle, reject) => {
    page.once('crash', () => reject(new Error('the workbench page crashed')));
    page.once('close', () => reject(new Error('the workbench page closed before the tests ended')));
    const late = `the tests did not end within ${limit / 1000} s; BLOCKSTEP_HOST_TIMEOUT (in ms) gives them longer`;
    setTimeout(() => reject(new Error(late)), limit).unref();
    // The workbench calls these two when it was opened with a test module.
    void page.exposeFunction('codeAutomationExit', value => settle(Number(value)));
    void page.exposeFunction('codeAutomationLog', (type, words) => {
      const line = words.map(String).join(' ');
      if (verbose || (type === 'error' && !harmless.test(line))) console.error(line);
    });
  });
  ended.catch(() => {}); // It is awaited below; until then a rejection is not unhandled.
  await page.goto(server.address({ folder, extensionPath, testsPath }));
  return ended;
}

/** The value of --name=value as an absolute path, or undefined. */
function option(name) {
  const word = argv.find(arg => arg.startsWith(`--${name}=`));
  if (word === undefined) return undefined;
  const value = word.slice(name.length + 3);
  return resolve(value.startsWith('file:') ? fileURLToPath(value) : value);
}

function userSettings() {
  const file = userData === undefined ? undefined : join(userData, 'User/settings.json');
  return file !== undefined && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}
