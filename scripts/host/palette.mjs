// Drives a workbench through its palette: commands, and the colour theme.

/** The kinds of colour themes, by the theme's title in the list and the class it gives the workbench. */
export const themes = {
  dark: { title: 'Dark Modern', style: 'vs-dark' },
  light: { title: 'Light Modern', style: 'vs' },
  hc: { title: 'Dark High Contrast', style: 'hc-black' },
};

const rowsOf = page => page.locator('.quick-input-list .monaco-list-row');

/** Takes the entry of the palette that holds the text; what the extension offers is there once it has been read. */
export async function choose(page, prefix, text) {
  const row = rowsOf(page).filter({ hasText: text }).first();
  // What is not registered yet is not in the list, and the list does not grow by itself: ask again.
  for (let attempt = 0; attempt < 30; attempt++) {
    await page.keyboard.press('F1');
    const input = page.locator('.quick-input-widget input[type="text"]').first();
    // A workbench that is still busy may close the palette again, so nothing here is waited for at length.
    const taken = await input
      .fill(`${prefix}${text}`, { timeout: 1000 })
      .then(() => row.click({ timeout: 1000 }))
      .then(
        () => true,
        () => false,
      );
    if (taken) return;
    await page.keyboard.press('Escape');
  }
  throw new Error(`The palette never offered "${text}".`);
}

/**
 * By the list of themes, which is empty until the workbench has read those it came with. A setting would be looked at once,
 * before that, and find none of them.
 */
export async function setTheme(page, { title, style }) {
  const timeout = 2000;
  for (let attempt = 0; attempt < 20; attempt++) {
    await choose(page, '>', 'Preferences: Color Theme');
    await settle(page);
    const row = rowsOf(page).filter({ hasText: title }).first();
    // Rows beyond the visible ones do not exist, so the list is filtered; and it may be closed like the palette.
    const set = await page
      .locator('.quick-input-widget input[placeholder*="Color Theme"]')
      .fill(title, { timeout })
      .then(() => row.click({ timeout }))
      .then(() => page.locator(`.monaco-workbench.${style}`).waitFor({ timeout }))
      .then(
        () => true,
        () => false,
      );
    if (set) return;
    await page.keyboard.press('Escape');
  }
  throw new Error(`The theme "${title}" could not be chosen.`);
}

/** What the workbench draws after an answer has no event to wait for. */
export async function settle(page) {
  await page.waitForTimeout(1200);
}
