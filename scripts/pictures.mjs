// Takes the walkthrough's pictures of the real thing, in each kind of theme, and the icon: media/walkthrough/*.png, media/icon.png.
// Run it when what they show has changed: `node scripts/pictures.mjs [theme…]`.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv } from 'node:process';
import { openBrowser } from './host/browser.mjs';
import { ensureServer } from './host/install.mjs';
import { startServer } from './host/server.mjs';
import { root } from './root.mjs';

const themes = [
  { name: 'dark', title: 'Dark Modern', style: 'vs-dark' },
  { name: 'light', title: 'Light Modern', style: 'vs' },
  { name: 'hc', title: 'Dark High Contrast', style: 'hc-black' },
];
const media = join(root, 'media');
const viewport = { width: 960, height: 700 };

ensureServer();
const wanted = argv.slice(2);
for (const theme of themes.filter(({ name }) => wanted.length === 0 || wanted.includes(name)))
  await inWorkbench(page => takeAll(page, theme));
await inBrowser(takeIcon);

/** The four steps of the walkthrough, one after the other in one session. */
async function takeAll(page, theme) {
  await setTheme(page, theme);
  await choose(page, '>', 'Blockstep: Debug a Problem');
  await page.locator('.quick-input-list', { hasText: 'Logistic regression' }).waitFor();
  await take(page, theme, 'debug', '.quick-input-widget');
  await page.keyboard.press('Escape');

  await choose(page, 'debug ', 'Group lasso on diabetes');
  await page.locator('.debug-toolbar').waitFor();
  await choose(page, '>', 'View: Close Primary Side Bar');
  await step(page, 'Shift+F11', 8);
  await step(page, 'F10', 2);
  await step(page, 'F11', 2);
  await take(page, theme, 'step', '.part.editor');

  await choose(page, '>', 'Blockstep: Swap Ordering');
  await page.locator('.quick-input-list', { hasText: 'Shuffled' }).waitFor();
  await take(page, theme, 'swap', '.quick-input-widget');
  await page.keyboard.press('Escape');

  await step(page, 'Shift+F11', 20);
  await choose(page, '>', 'View: Toggle Maximized Panel');
  await take(page, theme, 'panel', '.part.panel > .content');
}

/** By the list of themes, which is empty until the workbench has read those it came with. */
async function setTheme(page, { title, style }) {
  const rows = page.locator('.quick-input-list .monaco-list-row');
  for (let offered = false; !offered; ) {
    await choose(page, '>', 'Preferences: Color Theme');
    await settle(page);
    offered = (await rows.count()) > 0;
    if (!offered) await page.keyboard.press('Escape');
  }
  await pick(page, title, 'Color Theme');
  await page.locator(`.monaco-workbench.${style}`).waitFor();
}

/** Takes an entry of the palette; the extension's are offered once it has been read. */
async function choose(page, prefix, text) {
  for (let attempt = 0; attempt < 20; attempt++) {
    await page.keyboard.press('F1');
    const input = page.locator('.quick-input-widget input[type="text"]').first();
    // A workbench that is still busy may close the palette again.
    await input.fill(prefix + text, { timeout: 1500 }).catch(() => {});
    const row = page.locator('.quick-input-list .monaco-list-row', { hasText: text });
    const offered = await row
      .first()
      .waitFor({ timeout: 1500 })
      .then(
        () => true,
        () => false,
      );
    if (offered) return row.first().click();
    await page.keyboard.press('Escape');
  }
  throw new Error(`The palette never offered "${text}".`);
}

/** Answers the list with this placeholder by the first row that holds the text. */
async function pick(page, text, placeholder) {
  // Rows beyond the visible ones do not exist, so the list is filtered.
  await page.locator(`.quick-input-widget input[placeholder*="${placeholder}"]`).fill(text);
  const row = page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
  await row.waitFor();
  await settle(page);
  await row.click();
}

async function step(page, key, times) {
  for (let i = 0; i < times; i++) {
    await page.keyboard.press(key);
    await page.waitForTimeout(400);
  }
  await settle(page);
}

/** What the workbench draws after an answer has no event to wait for. */
async function settle(page) {
  await page.waitForTimeout(1200);
}

async function take(page, { name: theme }, name, selector) {
  // Hovers that the pointer left behind go away.
  await page.mouse.move(viewport.width - 2, viewport.height / 2);
  await settle(page);
  await page
    .locator(selector)
    .first()
    .screenshot({
      path: join(media, 'walkthrough', `${name}-${theme}.png`),
      animations: 'disabled',
    });
}

async function takeIcon(page) {
  const svg = readFileSync(join(media, 'icon.svg'), 'utf8');
  await page.setViewportSize({ width: 256, height: 256 });
  await page.setContent(`<body style="margin: 0; background: transparent">${svg}</body>`);
  await page.screenshot({ path: join(media, 'icon.png'), omitBackground: true });
}

async function inWorkbench(use) {
  const workspace = mkdtempSync(join(tmpdir(), 'blockstep-pictures-'));
  cpSync(join(root, 'examples/workspace'), workspace, { recursive: true });
  const server = await startServer({ dataFolder: join(workspace, '.data') });
  try {
    await inBrowser(async page => {
      await page.goto(server.address({ folder: workspace, extensionPath: root }));
      await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
      await use(page);
    });
  } finally {
    await server.stop();
    rmSync(workspace, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function inBrowser(use) {
  const dataFolder = mkdtempSync(join(tmpdir(), 'blockstep-browser-'));
  mkdirSync(join(media, 'walkthrough'), { recursive: true });
  const browser = await openBrowser({ dataFolder, viewport });
  try {
    await use(browser.pages()[0] ?? (await browser.newPage()));
  } finally {
    await browser.close();
    rmSync(dataFolder, { recursive: true, force: true, maxRetries: 5 });
  }
}
