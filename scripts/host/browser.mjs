// Finds or installs a Chromium, and opens a workbench address in it, headless, reaching nothing but the loopback interface.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { env, getuid } from 'node:process';
import { chromium } from 'playwright-core';
import { installWithApt, Missing, onPath, runs } from './install.mjs';

/** @param {{ dataFolder: string, viewport?: { width: number, height: number } | undefined }} options */
export async function openBrowser({ dataFolder, viewport = { width: 1280, height: 800 } }) {
  return chromium.launchPersistentContext(join(dataFolder, 'chromium'), {
    executablePath: ensureBrowser(),
    headless: true,
    viewport,
    // The browser ends with this process in any case, and cleanup.mjs sees to the signals.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      ...(getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--disable-component-update',
      '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost',
    ],
  });
}

/** The path of a Chromium that runs. On Debian, as root, it is installed when there is none. */
export function ensureBrowser(say = console.log) {
  known ??= findBrowser();
  if (known !== undefined) return known;
  const trouble = installWithApt(['chromium', 'fonts-dejavu-core'], say);
  known = findBrowser();
  if (known !== undefined) return known;
  throw new Missing(
    `The workbench tests need a Chromium, and none was found that runs (${trouble ?? 'the one that apt-get installed does not start'}); install chromium or Google Chrome, or set CHROME_PATH to its executable.`,
  );
}

/** Looked for once in a process. */
let known;

function findBrowser() {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const candidates = [
    env['CHROME_PATH'],
    ...names.map(onPath),
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    chromium.executablePath(),
  ];
  return candidates.find(path => path && existsSync(path) && runs(path));
}
