import * as vscode from 'vscode';
import type { Context } from '../context.ts';
import { noCrash } from '../messages.ts';

/** Starts a new run that goes on where the crashed one was: the same recipe and edits, replayed to the last step known. */
export async function restartFromKeyframe({ sessions }: Context): Promise<void> {
  const run = sessions.current();
  const launched = run?.state === 'crashed' ? sessions.debugSession(run) : null;
  if (run === null || launched === null) throw new Error(noCrash());
  await vscode.debug.startDebugging(launched.workspaceFolder, {
    ...launched.configuration,
    __restore: { edits: run.edits, k: run.history.end },
  });
}
