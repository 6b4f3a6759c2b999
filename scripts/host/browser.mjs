// Opens a workbench address in a headless Chromium that can reach nothing but the loopback interface.
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { ensureBrowser } from './install.mjs';

/** @param {{ dataFolder: string, viewport?: { width: number, height: number } | undefined }} options */
export async function openBrowser({ dataFolder, viewport = { width: 1280, height: 800 } }) {
  const root = process.getuid?.() === 0;
  return chromium.launchPersistentContext(join(dataFolder, 'chromium'), {
    executablePath: await ensureBrowser(),
    headless: true,
    viewport,
    // The browser ends with this process in any case, and cleanup.mjs sees to the signals.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      ...(root ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--disable-component-update',
      '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost',
    ],
  });
}
