// The panel in a real workbench, over a real solver: what a person can do with the lasso on diabetes from the panel alone.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { FrameLocator, Page } from 'playwright-core';
import { openWorkbench, type Workbench } from '../support/workbench.ts';

describe('the convergence panel in the workbench', () => {
  let workbench: Workbench;
  let page: Page;
  let panel: FrameLocator;
  const violations: string[] = [];
  const outside: string[] = [];
  before(async () => {
    workbench = await openWorkbench({
      viewport: { width: 1500, height: 1000 },
      env: { BLOCKSTEP_AUTOSTART: 'Lasso on diabetes' },
    });
    page = workbench.page;
    page.on('console', message => {
      if (/Content Security Policy/.test(message.text())) violations.push(message.text());
    });
    page.on('request', request => {
      const { protocol, hostname } = new URL(request.url());
      const own = hostname === '127.0.0.1' || hostname === 'localhost';
      // The webview's own files: its service worker serves this host.
      const webview = hostname.endsWith('.vscode-resource.vscode-cdn.net');
      if (protocol.startsWith('http') && !own && !webview) outside.push(request.url());
    });
    panel = workbench.webviewFrame();
    await panel.getByRole('table', { name: 'Blocks' }).waitFor({ timeout: 60_000 });
  });
  after(() => workbench.close());

  const says = (text: string | RegExp) =>
    panel.getByRole('status').filter({ hasText: text }).waitFor({ timeout: 15_000 });
  const press = (name: string) => panel.getByRole('button', { name, exact: true }).click();

  /** Presses the key until it has had its effect: for a moment after each stop the editor has the focus and takes it. */
  const goes = async (key: string, text: string) => {
    for (let attempt = 0; attempt < 5; attempt++) {
      await page.keyboard.press(key);
      const heard = await panel
        .getByRole('status')
        .filter({ hasText: text })
        .waitFor({ timeout: 3000 })
        .then(
          () => true,
          () => false,
        );
      if (heard) return;
    }
    assert.fail(`${key} never led to "${text}"`);
  };

  test('shows a run stopped at its entry, with one row per block', async () => {
    await says('paused · sweep 1 · step 0 · next (intercept) · cyclic');
    assert.equal(await panel.locator('tbody').getByRole('row').count(), 11);
    for (const name of ['Objective', 'Gradient norm by block', 'Step size by block']) {
      assert.ok(await panel.getByRole('img', { name, exact: true }).isVisible());
    }
    // The metrics at x₀ are computed after the stop is reported.
    const bmi = panel.locator('tbody tr', { hasText: 'bmi' });
    await bmi.filter({ hasText: '40.6' }).waitFor({ timeout: 10_000 });
    const numbers = await panel.locator('tbody tr').locator('td').allInnerTexts();
    assert.ok(numbers.every(text => text !== '–'));
  });

  test('steps by a block and by a sweep', async () => {
    await press('Step block');
    await says('step 1 · next age');
    await press('Step sweep');
    await says('sweep 2 · step 11 · next (intercept)');
    for (const k of [22, 33, 44]) {
      await press('Step sweep');
      await says(`step ${k} ·`);
    }
    await press('Step back');
    await says('step 43/44');
    await press('Step block');
    await says('step 44 ·');
  });

  test('the time line keeps the focus from step to step, although the debugger shows every stop in the editor', async () => {
    await panel.getByRole('slider', { name: 'Time' }).focus();
    for (const k of [33, 22, 11]) await goes('Shift+ArrowLeft', `step ${k}/44`);
    await goes('End', 'step 44 ·');
  });

  test('an ordering swapped in the past keeps the steps that followed as a branch, and the run continues', async () => {
    await panel.getByRole('slider', { name: 'Time' }).focus();
    await goes('Shift+ArrowLeft', 'step 33/44');
    await panel.locator('vscode-dropdown[aria-label="Ordering"]').click();
    await panel.getByRole('option', { name: 'shuffled' }).click();
    await says(/shuffled/);
    await panel.getByRole('button', { name: 'Step 33: cyclic → shuffled' }).waitFor();
    await panel.getByRole('button', { name: /^Branch from step 33 to 44/ }).waitFor();
    await press('Step sweep');
    await says('sweep 5 · step 44');
    const steps = await panel.locator('tbody tr td:nth-child(3)').allInnerTexts();
    assert.ok(
      steps.every(text => Number(text) > 0),
      steps.join(),
    );
  });

  test('runs until it has converged, and says which criterion was met', async () => {
    await press('Continue');
    await says(/^converged/);
    await panel.getByRole('alert').getByText('relative gap').waitFor();
  });

  test('a hidden view shows the same content when it is shown again', async () => {
    const row = panel.locator('tbody tr', { hasText: 'bmi' });
    const before = await row.innerText();
    const status = await panel.getByRole('status').innerText();
    await page
      .getByRole('tab', { name: /^Terminal/ })
      .first()
      .click();
    await page.locator('.panel .terminal-outer-container, .panel .pane-body').first().waitFor();
    await page
      .getByRole('tab', { name: /^Blockstep/i })
      .first()
      .click();
    await says(/^converged/);
    assert.equal(await panel.getByRole('status').innerText(), status);
    assert.equal(await row.innerText(), before);
  });

  test('nothing violated the content security policy, and nothing was requested from outside', () => {
    assert.deepEqual(violations, []);
    assert.deepEqual(outside, []);
  });
});
