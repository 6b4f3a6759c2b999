import * as vscode from 'vscode';
import type { Context } from '../context.ts';
import { recoverAttribute } from '../manifest.ts';
import { noCrash } from '../messages.ts';

/** Goes on where a crashed run was lost, in a new process: the same recipe and edits, replayed to the last step known. */
export async function restartFromKeyframe({ sessions }: Context): Promise<void> {
  const run = sessions.current();
  const debug = run?.state === 'crashed' ? sessions.debugSession(run) : null;
  if (run === null || debug === null) throw new Error(noCrash());
  if (!run.ended) {
    await debug.customRequest('blockstep/recover');
    return;
  }
  await vscode.debug.startDebugging(debug.workspaceFolder, {
    ...debug.configuration,
    [recoverAttribute]: run.id,
  });
}
