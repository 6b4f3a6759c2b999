import * as vscode from 'vscode';
import type { Context } from './context.ts';
import { views } from './manifest.ts';
import { readSettings } from './settings.ts';

/** Brings the convergence panel up when a run starts, and leaves the focus where it is. */
export function openPanelOnStart({ sessions }: Context): vscode.Disposable {
  return sessions.onDidStart(() => {
    if (readSettings().openPanel === 'never') return;
    void vscode.commands.executeCommand(`${views.convergence}.focus`, { preserveFocus: true });
  });
}
