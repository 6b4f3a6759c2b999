// What a user has before any run: the command palette, and the packaged extension, installed and run once.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { after, before, describe, test } from 'node:test';
import { root } from '../../scripts/lib/root.mjs';
import { openWorkbench, type Workbench } from '../support/workbench.ts';

describe('the command palette', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench();
    // The palette does not list the commands of an extension that was not read yet; this waits until it does.
    await workbench.command('Blockstep: Show Log');
  });
  after(() => workbench.close());

  test('without a run it offers the commands that start one, and no step command', async () => {
    assert.equal(await offers('Debug a Problem'), true);
    assert.equal(await offers('New Problem Module'), true);
    for (const title of ['Step Block', 'Step Sweep', 'Step Back', 'Go to Step', 'Swap Ordering']) {
      assert.equal(await offers(title), false, title);
    }
  });

  test('it never offers a command that needs a block', async () => {
    assert.equal(await offers('Reveal Block'), false);
    assert.equal(await offers('Break on Block'), false);
  });

  test('quick picks lead from a problem to a run stopped at its entry, and then step commands are offered', async () => {
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

  /** Picks the row with the text in the open list, once there is one. */
  async function choose(text: string): Promise<void> {
    await row(text).click();
  }

  function row(text: string) {
    return workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
  }

  /** Does the palette offer the command? There is no event for "no"; a second and a half is many times what "yes" takes. */
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

// Nothing of the repository is in the folder: the data are those that the package brings.
const configuration = {
  type: 'blockstep',
  request: 'launch',
  name: 'Lasso',
  problem: 'lasso',
  problemOptions: { standardize: true },
  stopOnEntry: true,
};

test('the .vsix, installed, debugs the lasso on its own data until it has converged', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'blockstep-package-'));
  mkdirSync(join(folder, '.vscode'));
  const launch = { version: '0.2.0', configurations: [configuration] };
  writeFileSync(join(folder, '.vscode/launch.json'), JSON.stringify(launch));
  execFileSync(execPath, [join(root, 'scripts/package.mjs')], { cwd: root });
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const workbench = await openWorkbench({
    installVsix: join(root, `blockstep-${version}.vsix`),
    folder,
    env: { BLOCKSTEP_AUTOSTART: 'Lasso' },
  });
  try {
    const panel = workbench.webviewFrame();
    const status = panel.getByRole('status');
    await status.filter({ hasText: 'paused · sweep 1 · step 0' }).waitFor({ timeout: 60_000 });
    await panel.getByRole('button', { name: 'Step block', exact: true }).click();
    await status.filter({ hasText: 'step 1 ' }).waitFor({ timeout: 15_000 });
    await panel.getByRole('button', { name: 'Continue', exact: true }).click();
    await status.filter({ hasText: 'converged' }).waitFor({ timeout: 15_000 });
    assert.equal(await panel.locator('tbody').getByRole('row').count(), 11);
  } finally {
    await workbench.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
