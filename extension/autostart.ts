import * as vscode from 'vscode';
import type { Context } from './context.ts';

/** `npm start` names a launch configuration in BLOCKSTEP_AUTOSTART: it is started at once, and the panel opened. */
export async function autostart({ log }: Context): Promise<void> {
  const name = process.env['BLOCKSTEP_AUTOSTART'];
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (name === undefined || name === '' || folder === undefined) return;
  try {
    await vscode.commands.executeCommand('blockstep.openPanel');
    const started = await vscode.debug.startDebugging(folder, name);
    if (!started)
      log.warn(
        `"${name}" was not started by itself; its launch configuration is missing or refused.`,
      );
  } catch (error) {
    log.error(`"${name}" was not started by itself: ${error}`);
  }
}
