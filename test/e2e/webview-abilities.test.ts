// The panel's page alone in a browser: what a run cannot do is off, and says why.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { button, page, panel, row, run, withPanelPage } from '../support/panel/page.ts';

withPanelPage();

describe('what a run cannot do', () => {
  const controls = [
    ['Continue', 'continue'],
    ['Step block', 'stepUpdate'],
    ['Step sweep', 'stepSweep'],
    ['Step back', 'back'],
    ['Swap ordering', 'editOrdering'],
  ] as const;
  for (const [name, ability] of controls) {
    test(`without ${ability} the button "${name}" is off and says why, and the others are as they were`, async () => {
      const why = `This trace holds nothing that could ${ability}.`;
      await panel.show({ ...run, k: 300, cannot: { [ability]: why } });
      for (const [other] of controls) {
        assert.equal(await button(other).isDisabled(), other === name, other);
      }
      const host = page.locator(`vscode-button[aria-label="${name}"]`);
      assert.equal(await host.getAttribute('title'), `${name}: ${why}`);
    });
  }

  test('is off in the menu of a row, with its sentence', async () => {
    const why = 'A recorded trace is not edited.';
    await panel.show({ ...run, cannot: { editFrozen: why, editStepSize: why } });
    await row('bmi').click({ button: 'right' });
    for (const text of ['Freeze', 'Set step size…']) {
      const item = page.getByRole('menuitem', { name: text });
      assert.equal(await item.getAttribute('aria-disabled'), 'true', text);
      assert.equal(await item.getAttribute('title'), why);
    }
    await page.keyboard.press('Escape');
  });
});
