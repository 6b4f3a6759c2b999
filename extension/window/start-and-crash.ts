import * as vscode from 'vscode';
import { restartFromKeyframe } from '../commands/debug-problem.ts';
import type { Context } from '../context.ts';
import { views } from '../manifest.ts';
import { notAutostarted, restartFromStep, showLogButton } from '../messages.ts';
import type { RunClient } from '../run/client.ts';
import { readSettings } from '../settings.ts';

/** When a solver process ends unexpectedly: shows one message, with a button to recover. */
export function watchForCrashes(context: Context): vscode.Disposable {
  const { sessions, log } = context;
  return sessions.onDidStart(run => {
    run.onDidChange(({ kind }) => {
      if (kind !== 'crashed') return;
      log.error(`${run.name}: ${run.text}`);
      // Before it is loaded the failed launch says the same.
      if (run.info !== null) void tell(context, run);
    });
  });
}

async function tell(context: Context, run: RunClient): Promise<void> {
  const restart = restartFromStep(run.k);
  const chosen = await vscode.window.showErrorMessage(run.text, restart, showLogButton());
  if (chosen === restart && context.sessions.current() === run) await restartFromKeyframe(context);
  else if (chosen === showLogButton()) context.log.show();
}

/** Brings the convergence panel up when a run starts, and leaves the focus where it is. */
export function openPanelOnStart({ sessions }: Context): vscode.Disposable {
  return sessions.onDidStart(() => {
    if (readSettings().openPanel === 'never') return;
    void vscode.commands.executeCommand(`${views.convergence}.focus`, { preserveFocus: true });
  });
}

/** `npm start` names a launch configuration in BLOCKSTEP_AUTOSTART: it is started at once, and the panel opened. */
export async function autostart({ log }: Context): Promise<void> {
  const name = process.env['BLOCKSTEP_AUTOSTART'];
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (name === undefined || name === '' || folder === undefined) return;
  try {
    await vscode.commands.executeCommand('blockstep.openPanel');
    const started = await vscode.debug.startDebugging(folder, name);
    if (!started) log.warn(notAutostarted(name, 'its launch configuration is missing or refused'));
  } catch (error) {
    log.error(notAutostarted(name, String(error)));
  }
}
