// Opens a real VS Code workbench for tests in test/e2e: its own server, its own data, a headless Chromium.
import { join } from 'node:path';
import type { FrameLocator, Page } from 'playwright-core';
import { openBrowser } from '../../scripts/host/browser.mjs';
import { ensureServer, makeRunFolder } from '../../scripts/host/install.mjs';
import { startServer } from '../../scripts/host/server.mjs';
import { root } from '../../scripts/root.mjs';

export interface WorkbenchOptions {
  /** The folder to open, absolute. Default: examples/workspace. */
  readonly folder?: string;
  /** Where the extension is loaded from, absolute. Default: this repository, unless `installVsix` is given. */
  readonly extensionPath?: string;
  /** A packaged extension to install in place of loading one from its folder. */
  readonly installVsix?: string;
  /** User settings, over the quiet defaults. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly viewport?: { readonly width: number; readonly height: number };
  /** The name of a colour theme, such as "Default Light Modern". */
  readonly theme?: string;
  /** Environment variables for the extension host. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Workbench {
  readonly page: Page;
  /** Runs a command by its full title in the palette, such as "Blockstep: Step Block". Waits until it is offered. */
  command(title: string): Promise<void>;
  /** The document inside a webview: of the view with this title, or of the only one there is. */
  webviewFrame(title?: string): FrameLocator;
  /** Saves .vscode-test/screenshots/<name>.png and returns its path. */
  screenshot(name: string): Promise<string>;
  /** Ends browser and server and removes their data. */
  close(): Promise<void>;
}

/** Settles when the workbench is on screen; the extension may still be on its way. */
export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const { folder = join(root, 'examples/workspace'), installVsix, theme, env = {} } = options;
  const extensionPath = options.extensionPath ?? (installVsix === undefined ? root : undefined);
  const colours = theme === undefined ? {} : { 'workbench.colorTheme': theme };
  ensureServer();
  const { folder: dataFolder, remove } = makeRunFolder('e2e');
  const undo: (() => void | Promise<void>)[] = [remove];
  const close = async () => {
    for (let last = undo.pop(); last !== undefined; last = undo.pop()) await last();
  };
  try {
    const server = await startServer({
      dataFolder,
      settings: { ...colours, ...options.settings },
      env: { ...env },
      installVsix,
    });
    undo.push(server.stop);
    const browser = await openBrowser({ dataFolder, viewport: options.viewport });
    undo.push(() => browser.close());
    const page = browser.pages()[0] ?? (await browser.newPage());
    await page.goto(server.address({ folder, extensionPath }));
    await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
    return { page, command, webviewFrame, screenshot, close };

    async function command(title: string): Promise<void> {
      const row = page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first();
      // A command that is not registered yet is not in the list, and the list does not grow by itself: ask again.
      for (let attempt = 0; attempt < 30; attempt++) {
        await page.keyboard.press('F1');
        const input = page.locator('.quick-input-widget input[type="text"]').first();
        // A workbench that is still busy may close the palette again, so nothing here is waited for at length.
        const taken = await input
          .fill(`>${title}`, { timeout: 1000 })
          .then(() => row.click({ timeout: 1000 }))
          .then(
            () => true,
            () => false,
          );
        if (taken) return;
        await page.keyboard.press('Escape');
      }
      throw new Error(`The palette never offered "${title}".`);
    }

    function webviewFrame(title?: string): FrameLocator {
      const inner = title === undefined ? '' : `[title="${title}"]`;
      const outer = page.frameLocator('iframe.webview.ready');
      return outer.frameLocator(`iframe#active-frame${inner}`);
    }

    async function screenshot(name: string): Promise<string> {
      const path = join(root, '.vscode-test/screenshots', `${name}.png`);
      await page.screenshot({ path });
      return path;
    }
  } catch (error) {
    await close();
    throw error;
  }
}
