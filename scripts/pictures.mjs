// Takes the pictures of the real thing: the walkthrough's in each kind of theme (media/walkthrough/*.png), the README's
// (media/screenshot.png), and the icon (media/icon.png).
// Run it when what they show has changed: `node scripts/pictures.mjs [theme… | screenshot]`.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv } from 'node:process';
import { openBrowser } from './host/browser.mjs';
import { ensureServer } from './host/install.mjs';
import { choose, setTheme, settle, themes } from './host/palette.mjs';
import { startServer } from './host/server.mjs';
import { root } from './lib/root.mjs';

const media = join(root, 'media');
const viewport = { width: 960, height: 700 };

ensureServer();
const wanted = argv.slice(2);
for (const name of Object.keys(themes).filter(name => wanted.length === 0 || wanted.includes(name)))
  await inWorkbench(page => takeAll(page, name));
if (wanted.length === 0 || wanted.includes('screenshot')) await inWorkbench(takeScreenshot);
await inBrowser(takeIcon);

/** The README's: the example diverges; back where F was lowest the blocks move one after the other instead. */
async function takeScreenshot(page) {
  await page.setViewportSize({ width: 1280, height: 860 });
  await setTheme(page, themes.dark);
  await choose(page, 'debug ', 'Breast cancer, all features at once');
  await page.locator('.debug-toolbar').waitFor();
  await choose(page, '>', 'View: Close Primary Side Bar');
  await settle(page);
  await goToStep(page, 9);
  await choose(page, '>', 'Blockstep: Swap Ordering');
  await page.locator('.quick-input-list', { hasText: 'Shuffled' }).waitFor();
  await answer(page, 'Cyclic');
  await answer(page, 'Now');
  await goToStep(page, 9 + 8 * 50);
  // The panel to where the listing ends.
  const { y } = await page.locator('.part.panel').boundingBox();
  await page.mouse.move(640, y);
  await page.mouse.down();
  await page.mouse.move(640, 486, { steps: 8 });
  await page.mouse.up();
  await page.mouse.move(1278, 430);
  await settle(page);
  await page.screenshot({ path: join(media, 'screenshot.png'), animations: 'disabled' });
}

async function goToStep(page, k) {
  await choose(page, '>', 'Blockstep: Go to Step');
  await answer(page, String(k));
}

/** Types the answer to what the palette asks. */
async function answer(page, text) {
  await settle(page);
  await page.locator('.quick-input-widget input[type="text"]').first().fill(text);
  await settle(page);
  await page.keyboard.press('Enter');
  await settle(page);
}

/** The four steps of the walkthrough, one after the other in one session. */
async function takeAll(page, theme) {
  await setTheme(page, themes[theme]);
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

async function step(page, key, times) {
  for (let i = 0; i < times; i++) {
    await page.keyboard.press(key);
    await page.waitForTimeout(400);
  }
  await settle(page);
}

async function take(page, theme, name, selector) {
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
