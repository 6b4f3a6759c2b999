// The panel’s page alone in a browser, with the real feed and an invented run beside it: its table, and what a run
// cannot do.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Locator } from 'playwright-core';
import {
  acted,
  actions,
  button,
  chart,
  names,
  numbers,
  page,
  panel,
  row,
  run,
  withPanelPage,
} from '../support/panel/page.ts';

withPanelPage();

describe('the table', () => {
  test('sorts by a column, largest first, then smallest first, then as the run has it', async () => {
    await panel.show(run);
    const order = () => page.locator('tbody .name').allInnerTexts();
    const press = async () => {
      await page.getByRole('button', { name: 'Step size', exact: true }).click();
      await page.mouse.move(5, 395);
      await panel.drawn();
    };
    await press();
    const falling = await order();
    const head = page.getByRole('columnheader', { name: 'Step size', exact: true });
    assert.equal(await head.getAttribute('aria-sort'), 'descending');
    await press();
    assert.deepEqual(await order(), [...falling].reverse());
    await press();
    assert.deepEqual(await order(), names);
  });

  test('arrow keys move from row to row and highlight the block, and Enter reveals it', async () => {
    await panel.show(run);
    await actions();
    await row('(intercept)').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    assert.deepEqual(await acted('reveal'), [{ kind: 'reveal', block: 'bmi' }]);
    await panel.drawn();
    assert.match(await page.locator('.chart-gradNorm .detail').innerText(), /^bmi /);
    await page.keyboard.press('End');
    await panel.drawn();
    assert.match(await page.locator('.chart-gradNorm .detail').innerText(), /^s5 /);
  });

  test('by keyboard alone the step size of a row is set, a wrong one is refused, and its block is frozen and gets a breakpoint', async () => {
    await panel.show(run);
    await actions();
    await row('bp').focus();
    await page.keyboard.press('Shift+F10');
    await page.keyboard.press('Enter');
    const field = page.getByRole('textbox', { name: 'Step size of bp' });
    await field.fill('-1');
    await page.keyboard.press('Enter');
    await page.getByText('A step size is a number above 0.').waitFor();
    await field.fill('0.25');
    await page.keyboard.press('Enter');
    assert.deepEqual(await acted('setStepSize'), [
      { kind: 'setStepSize', block: 'bp', value: 0.25 },
    ]);
    await page.keyboard.press('Shift+F10');
    await page.getByRole('menuitem', { name: 'Freeze' }).press('Enter');
    assert.deepEqual(await acted('freeze'), [{ kind: 'freeze', block: 'bp', value: true }]);
    await panel.drawn();
    await page.keyboard.press('b');
    assert.deepEqual(await acted('breakOn'), [{ kind: 'breakOn', block: 'bp', value: true }]);
    await panel.drawn();
    assert.ok(await page.getByRole('rowheader', { name: 'bp, frozen, breakpoint' }).isVisible());
  });

  test('the swatch hides a line and shows it again', async () => {
    await panel.show(run);
    const color = async () => {
      await page.mouse.move(5, 395);
      await panel.drawn();
      return countPixels(chart('Step size by block'), [55, 148, 255]);
    };
    assert.ok((await color()) > 20);
    const swatch = page.getByRole('button', { name: 'Hide the line of (intercept)' });
    await swatch.click();
    assert.ok((await color()) < 5);
    assert.equal(await swatch.getAttribute('aria-pressed'), 'true');
    await swatch.click();
    assert.ok((await color()) > 20);
  });

  test('a step that is too long is marked: its product is above 2', async () => {
    await panel.show({ ...run, divergesFrom: 300 });
    assert.equal(await page.locator('tr.too-long').count(), 1);
    assert.match((await numbers(row('(intercept)')))[3]!, /^2\./);
  });
});

/** How many pixels of the canvas have nearly this colour. */
function countPixels(canvas: Locator, color: readonly [number, number, number]): Promise<number> {
  return canvas.evaluate((element, wanted) => {
    const { width, height } = element as HTMLCanvasElement;
    const pen = (element as HTMLCanvasElement).getContext('2d')!;
    const { data } = pen.getImageData(0, 0, width, height);
    let count = 0;
    for (let i = 0; i < data.length; i += 4) {
      const apart = wanted.map((value, channel) => Math.abs(value - data[i + channel]!));
      if (data[i + 3]! > 100 && Math.max(...apart) < 30) count++;
    }
    return count;
  }, color);
}

describe('an ability that a run does not have', () => {
  const controls = [
    ['Continue', 'continue'],
    ['Step block', 'stepUpdate'],
    ['Step sweep', 'stepSweep'],
    ['Step back', 'back'],
    ['Swap ordering', 'editOrdering'],
  ] as const;
  for (const [name, ability] of controls) {
    test(`without ${ability} the button "${name}" is disabled and says why, and the others are unchanged`, async () => {
      const why = `This trace holds nothing that could ${ability}.`;
      await panel.show({ ...run, k: 300, cannot: { [ability]: why } });
      for (const [other] of controls) {
        assert.equal(await button(other).isDisabled(), other === name, other);
      }
      const host = page.locator(`vscode-button[aria-label="${name}"]`);
      assert.equal(await host.getAttribute('title'), `${name}: ${why}`);
    });
  }

  test('is disabled in the menu of a row, with the reason', async () => {
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
