import * as vscode from 'vscode';
import { restartFromKeyframe } from './commands/restart.ts';
import type { Context } from './context.ts';
import { restartFromStep, showLogButton } from './messages.ts';
import type { RunClient } from './run/client.ts';

/** When a solver process ends on its own: says so once, with the way back. */
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
