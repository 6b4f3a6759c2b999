// Opens the panel's page alone in a browser, with an invented host beside it and the same policy as in the editor, and
// finds its parts as a person does, by role and name.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { build } from 'esbuild';
import type { Locator, Page } from 'playwright-core';
import { openBrowser } from '../../../scripts/host/browser.mjs';
import { root } from '../../../scripts/lib/root.mjs';
import type { PanelAction } from '../../../solver/wire/panel.ts';
import type { RunOptions } from './inventedRun.ts';
import { type ThemeName, themes } from './themes.ts';

const address = 'http://panel.localhost/';

export interface PanelPage {
  readonly page: Page;
  /** Violations of the policy, and requests to anywhere but the page's own files. */
  readonly offences: string[];
  readonly errors: string[];
  show(options: RunOptions): Promise<void>;
  setTheme(theme: ThemeName): Promise<void>;
  /** Resolves when everything that the host knows is on the screen. */
  drawn(): Promise<void>;
  screenshot(name: string): Promise<string>;
  close(): Promise<void>;
}

export async function openPanelPage(
  viewport = { width: 1280, height: 400 },
  theme: ThemeName = 'dark',
): Promise<PanelPage> {
  const folder = join(root, '.vscode-test/run');
  mkdirSync(folder, { recursive: true });
  const dataFolder = mkdtempSync(join(folder, 'panel-'));
  const files = await bundles();
  const browser = await openBrowser({ dataFolder, viewport });
  const page = browser.pages()[0] ?? (await browser.newPage());
  const offences: string[] = [];
  const errors: string[] = [];
  page.on('console', message => {
    if (/Content Security Policy/i.test(message.text())) offences.push(message.text());
    else if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', error => errors.push(error.stack ?? error.message));
  await page.route('**/*', route => {
    const { pathname, host } = new URL(route.request().url());
    const file = host === new URL(address).host ? files.get(pathname) : undefined;
    if (file === undefined) offences.push(`request to ${route.request().url()}`);
    return file === undefined
      ? route.abort()
      : route.fulfill({ contentType: file.type, body: file.text });
  });
  await page.goto(address);
  await setTheme(theme);
  return { page, offences, errors, show, setTheme, drawn, screenshot, close };

  async function show(options: RunOptions): Promise<void> {
    const before = await page.evaluate(() => window.host.sent.length);
    await page.evaluate(given => window.host.show(given), options);
    await page.waitForFunction(count => window.host.sent.length > count, before);
    await drawn();
  }

  async function setTheme(name: ThemeName): Promise<void> {
    const { kind, variables } = themes[name];
    await page.evaluate(
      ([className, entries]) => {
        for (const [key, value] of entries) {
          document.documentElement.style.setProperty(`--vscode-${key}`, value);
        }
        document.body.className = className;
      },
      [kind, Object.entries(variables)] as const,
    );
    await drawn();
  }

  async function drawn(): Promise<void> {
    await page.waitForFunction(() => {
      const { sent, received } = window.host;
      const last = sent.findLast(({ kind }) => kind === 'frame')?.seq;
      return received.some(message => message.kind === 'drawn' && message.seq === last);
    });
    // Two frames more: one for what the acknowledgement released, one for its drawing.
    await page.evaluate(
      () => new Promise(done => setTimeout(() => requestAnimationFrame(done), 120)),
    );
  }

  async function screenshot(name: string): Promise<string> {
    const path = join(root, '.vscode-test/screenshots', `${name}.png`);
    await page.screenshot({ path });
    return path;
  }

  async function close(): Promise<void> {
    await browser.close();
    rmSync(dataFolder, { recursive: true, force: true, maxRetries: 5 });
  }
}

type File = { readonly type: string; readonly text: string };

async function bundles(): Promise<Map<string, File>> {
  const script = join(root, 'dist/webview.js');
  if (!existsSync(script)) throw new Error('dist/webview.js is missing; run `npm run build`.');
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['test/support/panel/host.ts'],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
  });
  const nonce = 'c0ffee';
  const policy = `default-src 'none'; style-src ${address} 'nonce-${nonce}'; script-src 'nonce-${nonce}'`;
  const html = `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta property="csp-nonce" content="${nonce}">
<link rel="stylesheet" href="/webview.css"><title>Convergence</title>
</head><body class="vscode-dark">
<script nonce="${nonce}" src="/host.js"></script><script nonce="${nonce}" src="/webview.js"></script>
</body></html>`;
  return new Map([
    ['/', { type: 'text/html', text: html }],
    ['/webview.js', { type: 'text/javascript', text: readFileSync(script, 'utf8') }],
    [
      '/webview.css',
      { type: 'text/css', text: readFileSync(script.replace(/js$/, 'css'), 'utf8') },
    ],
    ['/host.js', { type: 'text/javascript', text: outputFiles[0]!.text }],
  ]);
}

/** The invented run most tests look at. */
export const names = ['(intercept)', 'age', 'bmi', 'bp', 's1', 's2', 's3', 's5'];
export const run = { blocks: 8, names, steps: 594 };

export let panel: PanelPage;
export let page: Page;

/** Opens the page before the file's tests and closes it after them; fails on a violation of its policy and on any error. */
export function withPanelPage(): void {
  before(async () => {
    panel = await openPanelPage();
    page = panel.page;
  });
  after(async () => {
    // What is said while the browser ends is not the page's.
    const [offences, errors] = [[...panel.offences], [...panel.errors]];
    await panel.close();
    assert.deepEqual(offences, [], 'a violation of the policy, or a request to elsewhere');
    assert.deepEqual(errors, []);
  });
}

export const actions = () => page.evaluate(() => window.host.actions.splice(0));
/** Waits for an action of this kind and takes all there are. */
export const acted = async (kind: PanelAction['kind']) => {
  await page.waitForFunction(wanted => window.host.actions.some(a => a.kind === wanted), kind);
  return (await actions()).filter(action => action.kind === kind);
};

export const button = (name: string) => page.getByRole('button', { name, exact: true });
export const row = (name: string) =>
  page.locator('tbody tr', { has: page.locator(`.name:text-is("${name}")`) });
export const numbers = (of: Locator) => of.locator('td').allInnerTexts();
export const time = () => page.getByRole('slider', { name: 'Time' });
export const chart = (name: string) => page.getByRole('img', { name, exact: true });
