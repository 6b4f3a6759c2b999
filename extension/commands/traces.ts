import { join } from 'node:path';
import * as vscode from 'vscode';
import { debugType } from '../manifest.ts';
import { copyPathButton, noRun, traceWritten } from '../messages.ts';
import type { RunClient } from '../run/client.ts';

const filters = { 'Arrow Trace': ['arrow', 'arrows'] };

/** Opens a recorded trace as a run for viewing in the panel, the editor or any debug client. */
export async function openTrace(): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  const chosen = await vscode.window.showOpenDialog({
    title: 'Open a Recorded Trace',
    openLabel: 'Open Trace',
    ...(folder === undefined ? {} : { defaultUri: folder.uri }),
    filters,
  });
  const uri = chosen?.[0];
  if (uri === undefined) return;
  await vscode.debug.startDebugging(vscode.workspace.getWorkspaceFolder(uri) ?? folder, {
    type: debugType,
    request: 'attach',
    name: uri.path.slice(uri.path.lastIndexOf('/') + 1),
    trace: uri.fsPath,
  });
}

/** Writes what the run has computed so far to a file that other programs read too. */
export async function exportTrace(run: RunClient | null): Promise<void> {
  if (run === null) throw new Error(noRun());
  const folder = vscode.workspace.workspaceFolders?.[0];
  const name = `${run.name.replaceAll(/[^\p{L}\p{N}_-]+/gu, '-')}.arrow`;
  const uri = await vscode.window.showSaveDialog({
    title: 'Export the Trace',
    saveLabel: 'Export',
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.file(join(folder.uri.fsPath, name)) }),
    filters,
  });
  if (uri === undefined) return;
  const { rows } = await run.ask('exportTrace', { path: uri.fsPath });
  const said = traceWritten(run.history.end, rows, vscode.workspace.asRelativePath(uri));
  const chosen = await vscode.window.showInformationMessage(said, copyPathButton());
  if (chosen !== undefined) await vscode.env.clipboard.writeText(uri.fsPath);
}
