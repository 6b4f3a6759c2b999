import * as vscode from 'vscode';
import { restartFromKeyframe } from './commands/restart.ts';
import type { Context } from './context.ts';
import { restartFromStep, showLogButton } from './messages.ts';
import type { RunSession } from './session.ts';

/** When a solver process ends on its own: says so once, with the way back. */
export function watchForCrashes(context: Context): vscode.Disposable {
  const { sessions, log } = context;
  return sessions.onDidStart(run => {
    const subscription = run.onDidChange(() => {
      if (run.state !== 'crashed') return;
      subscription.dispose();
      log.error(`${run.name}: ${run.text}`);
      // Before it is loaded the failed launch says the same.
      if (run.info !== null) void tell(context, run);
    });
  });
}

async function tell(context: Context, run: RunSession): Promise<void> {
  const restart = restartFromStep(run.history.end);
  const chosen = await vscode.window.showErrorMessage(run.text, restart, showLogButton());
  if (chosen === restart && context.sessions.current() === run) await restartFromKeyframe(context);
  else if (chosen === showLogButton()) context.log.show();
}
