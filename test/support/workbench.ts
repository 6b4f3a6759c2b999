// Opens a real VS Code workbench for tests in test/e2e: its own server, its own data, a headless Chromium.
import { join } from 'node:path';
import type { FrameLocator, Page } from 'playwright-core';
import { openBrowser } from '../../scripts/host/browser.mjs';
import { ensureServer, makeRunFolder } from '../../scripts/host/install.mjs';
import { choose, setTheme, themes } from '../../scripts/host/palette.mjs';
import { startServer } from '../../scripts/host/server.mjs';
import { root } from '../../scripts/lib/root.mjs';

export interface WorkbenchOptions {
  /** The folder to open, absolute. Default: examples/workspace. */
  readonly folder?: string;
  /** Where the extension is loaded from, absolute. Default: this repository, unless `installVsix` is given. */
  readonly extensionPath?: string;
  /** A packaged extension to install in place of loading one from its folder. */
  readonly installVsix?: string;
  /** User settings, which override the quiet defaults. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly viewport?: { readonly width: number; readonly height: number };
  /** The kind of colour theme. Default: whatever the workbench begins with, a light one. */
  readonly theme?: keyof typeof themes;
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

/** Settles when the workbench is on screen; the extension may still be starting. */
export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const { folder = join(root, 'examples/workspace'), installVsix, theme, env = {} } = options;
  const extensionPath = options.extensionPath ?? (installVsix === undefined ? root : undefined);
  ensureServer();
  const { folder: dataFolder, remove } = makeRunFolder('e2e');
  const undo: (() => void | Promise<void>)[] = [remove];
  const close = async () => {
    for (let last = undo.pop(); last !== undefined; last = undo.pop()) await last();
  };
  try {
    const server = await startServer({
      dataFolder,
      settings: { ...options.settings },
      env: { ...env },
      installVsix,
    });
    undo.push(server.stop);
    const browser = await openBrowser({ dataFolder, viewport: options.viewport });
    undo.push(() => browser.close());
    const page = browser.pages()[0] ?? (await browser.newPage());
    await page.goto(server.address({ folder, extensionPath }));
    await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
    if (theme !== undefined) await setTheme(page, themes[theme]);
    const command = (title: string) => choose(page, '>', title);
    return { page, command, webviewFrame, screenshot, close };

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
