import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openWorkbench, type Workbench } from '../support/workbench.ts';

describe('the command palette', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench();
    // The palette knows nothing of an extension that was not read yet; this waits until it does.
    await workbench.command('Blockstep: Show Log');
  });
  after(() => workbench.close());

  test('without a run it offers what begins one, and no step', async () => {
    assert.equal(await offers('Debug a Problem'), true);
    assert.equal(await offers('New Problem Module'), true);
    for (const title of ['Step Block', 'Step Sweep', 'Step Back', 'Go to Step', 'Swap Ordering']) {
      assert.equal(await offers(title), false, title);
    }
  });

  test('it never offers what needs a block', async () => {
    assert.equal(await offers('Reveal Block'), false);
    assert.equal(await offers('Break on Block'), false);
  });

  test('lists lead from a problem to a run that stands at its entry, and then steps are offered', async () => {
    const { page, command } = workbench;
    await command('Blockstep: Debug a Problem');
    await choose('Group lasso');
    await choose('the example of this problem');
    await choose('P-CCD');
    await choose('Cyclic');
    await page.locator('.debug-toolbar').waitFor();
    await page.locator('.statusbar-item', { hasText: 'step 0 · paused' }).waitFor();
    assert.equal(await offers('Swap Ordering'), true);
    await command('Blockstep: Step Block');
    await page.locator('.statusbar-item', { hasText: 'step 1 · paused' }).waitFor();
  });

  /** Takes the row that holds the text of the list that is open, once it has one. */
  async function choose(text: string): Promise<void> {
    await row(text).click();
  }

  function row(text: string) {
    return workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
  }

  /** Does the palette offer the command? That it does not has no event; a second and a half is many times what it takes. */
  async function offers(title: string): Promise<boolean> {
    const { page } = workbench;
    await page.keyboard.press('F1');
    const input = page.locator('.quick-input-widget input[type="text"]').first();
    await input.fill(`>Blockstep: ${title}`);
    const offered = await row(`Blockstep: ${title}`)
      .waitFor({ timeout: 1500 })
      .then(
        () => true,
        () => false,
      );
    await page.keyboard.press('Escape');
    return offered;
  }
});
