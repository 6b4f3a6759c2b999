// The packaged extension, installed and run once: what a user gets, not what lies in the repository.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { test } from 'node:test';
import { root } from '../../scripts/root.mjs';
import { openWorkbench } from '../support/workbench.ts';

test('the .vsix, installed, debugs the lasso on diabetes until it has converged', async () => {
  execFileSync(execPath, [join(root, 'scripts/package.mjs')], { cwd: root });
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const workbench = await openWorkbench({
    installVsix: join(root, `blockstep-${version}.vsix`),
    env: { BLOCKSTEP_AUTOSTART: 'Lasso on diabetes' },
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
  }
});
