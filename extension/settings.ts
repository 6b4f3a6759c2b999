import * as vscode from 'vscode';
import { settingNames } from './manifest.ts';

/** The user's settings under `blockstep.`. */
export interface Settings {
  /** Bars and numbers at the end of each block's line. */
  readonly inlineEnabled: boolean;
  /** How many visits of a block the bars show. */
  readonly inlineVisits: number;
  readonly openPanel: 'always' | 'never';
  /** Megabytes that the rows of a run may take: half in the solver, half here. */
  readonly rowsMB: number;
}

/** As they are now; read anew after each change. */
export function readSettings(): Settings {
  const all = vscode.workspace.getConfiguration('blockstep');
  const rows = all.get<number>(settingNames.rowsMB, 512);
  const visits = all.get<number>(settingNames.inlineVisits, 12);
  return {
    inlineEnabled: all.get<boolean>(settingNames.inlineEnabled, true),
    // A hand-written settings.json may hold anything.
    inlineVisits: Number.isInteger(visits) ? Math.min(60, Math.max(1, visits)) : 12,
    rowsMB: Number.isFinite(rows) ? Math.max(16, rows) : 512,
    openPanel: all.get<string>(settingNames.openPanel) === 'never' ? 'never' : 'always',
  };
}

export function onDidChangeSettings(listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration(change => {
    if (change.affectsConfiguration('blockstep')) listener();
  });
}
