// A trace of the command line, killed in the middle and opened in a real workbench: with its data, and without.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { FrameLocator, Page } from 'playwright-core';
import { root } from '../../scripts/lib/root.mjs';
import { isRefusal } from '../../solver/core/part.ts';
import { formatCount } from '../../solver/core/words.ts';
import { readRecording } from '../../solver/trace/recording.ts';
import { openWorkbench, type Workbench } from '../support/workbench.ts';

describe('a trace of a run that was killed, in the workbench', () => {
  const folder = mkdtempSync(join(tmpdir(), 'blockstep-killed-'));
  const data = join(folder, 'data.csv');
  const trace = join(folder, 'killed.arrow');
  let workbench: Workbench;
  let page: Page;
  let panel: FrameLocator;
  /** The last whole step in the file. */
  let end = 0;
  /** The table there, as the replay computed it. */
  let recorded: readonly string[] = [];
  const step = (k: number) => `step ${formatCount(k)}`;
  before(async () => {
    copyFileSync(join(root, 'examples/workspace/data/diabetes.csv'), data);
    await recordAndKill();
    const recording = readRecording(trace);
    assert.ok(!isRefusal(recording));
    assert.equal(recording.whole, false);
    ({ end } = recording.rows);
    workbench = await openWorkbench({ folder, viewport: { width: 1500, height: 1000 } });
    page = workbench.page;
    panel = workbench.webviewFrame();
    await open();
  });
  after(async () => {
    await workbench?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** `blockstep run --trace`, ended by SIGKILL when some batches are in the file. */
  async function recordAndKill(): Promise<void> {
    const launch = join(folder, 'launch.json');
    const configuration = {
      type: 'blockstep',
      request: 'launch',
      name: 'Killed',
      problem: 'lasso',
      data,
      ordering: 'shuffled',
      start: 'random',
      diagnostics: ['objective', 'gradNorm', 'stepSize', 'sharpness', 'gap'],
      stopWhen: { sweeps: 1e9 },
    };
    writeFileSync(launch, JSON.stringify({ configurations: [configuration] }));
    const words = ['run', launch, '--every', '0', '--trace', trace];
    const cli = spawn(process.execPath, [join(root, 'dist/cli.js'), ...words], { stdio: 'ignore' });
    const exit = new Promise(resolve => cli.once('exit', resolve));
    while (cli.exitCode === null && !(existsSync(trace) && statSync(trace).size > 1_500_000)) {
      await wait(5);
    }
    cli.kill('SIGKILL');
    await exit;
    assert.equal(cli.signalCode, 'SIGKILL');
  }

  async function open(): Promise<void> {
    await workbench.command('Blockstep: Open Trace…');
    const input = page.locator('.quick-input-widget input[type="text"]').first();
    await page.locator('.quick-input-widget', { hasText: 'Open a Recorded Trace' }).waitFor();
    // The dialog writes its own folder into the field once it has read it, even over what was typed meanwhile.
    const dialog = page.locator('.quick-input-widget');
    for (let attempt = 0; attempt < 8 && (await dialog.isVisible()); attempt++) {
      await input.fill(trace);
      await wait(500);
      if ((await input.inputValue()) !== trace) continue;
      await input.press('Enter');
      await dialog.waitFor({ state: 'hidden', timeout: 3000 }).catch(() => undefined);
    }
    await page.locator('.debug-toolbar').waitFor();
    await panel.getByRole('table', { name: 'Blocks' }).waitFor({ timeout: 60_000 });
  }

  const says = (text: string) =>
    panel.getByRole('status').filter({ hasText: text }).waitFor({ timeout: 15_000 });
  /** Presses a key on the time line until it has had its effect: for a moment after each stop the editor has the focus. */
  const goes = async (key: string, text: string) => {
    for (let attempt = 0; ; attempt++) {
      await panel.getByRole('slider', { name: 'Time' }).focus();
      await page.keyboard.press(key);
      const heard = panel.getByRole('status').filter({ hasText: text }).waitFor({ timeout: 3000 });
      if (attempt === 4) return heard;
      if (
        await heard.then(
          () => true,
          () => false,
        )
      )
        return;
    }
  };
  const button = (name: string) => panel.getByRole('button', { name, exact: true });

  /** The last values of every block, as the table shows them. */
  const table = async (): Promise<string[]> => {
    // The status comes a frame before the numbers: these are complete once they no longer change.
    let before: string[] = [];
    for (;;) {
      const now = await panel.locator('tbody').getByRole('row').allInnerTexts();
      if (now.length > 0 && now.join() === before.join()) return now;
      before = now;
      await wait(300);
    }
  };

  test('with its data beside it, it is replayed to its last whole batch, with its curves', async () => {
    await says(`${step(end)} ·`);
    assert.equal(await panel.locator('tbody').getByRole('row').count(), 11);
    for (const name of ['Objective', 'Gradient norm by block']) {
      assert.ok(await panel.getByRole('img', { name, exact: true }).isVisible(), name);
    }
    await workbench.screenshot('trace-replayed');
  });

  test('the time line goes back through the recorded steps, and stepping continues beyond their end', async () => {
    await goes('Home', `step 0/${formatCount(end)}`);
    await button('Step block').click();
    await says(`step 1/${formatCount(end)}`);
    await goes('End', `${step(end)} ·`);
    recorded = await table();
    await button('Step block').click();
    await says(`${step(end + 1)} ·`);
  });

  test('without its data it can be viewed and scrubbed, and every step command is refused with the same sentence', async () => {
    await workbench.command('Debug: Disconnect');
    await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
    rmSync(data);
    await open();
    await says(`${step(end)} ·`);
    const why = `The steps of this trace can be viewed but not computed again: ${data} is not there.`;
    for (const name of ['Continue', 'Step block', 'Step sweep', 'Swap ordering']) {
      assert.equal(await button(name).isDisabled(), true, name);
      const host = panel.locator(`vscode-button[aria-label="${name}"]`);
      assert.equal(await host.getAttribute('title'), `${name}: ${why}`);
    }
    assert.deepEqual(await table(), recorded);
    await goes('Home', `step 0/${formatCount(end)}`);
    await goes('End', `${step(end)} ·`);
    await workbench.screenshot('trace-looked-at');
  });
});
