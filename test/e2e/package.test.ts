// The packaged extension, installed and run once: what a user gets, not what lies in the repository.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { test } from 'node:test';
import { root } from '../../scripts/lib/root.mjs';
import { openWorkbench } from '../support/workbench.ts';

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
