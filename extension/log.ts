import * as vscode from 'vscode';

/** The output channel "Blockstep": what happened and when, for people who report a defect. Never a place for news. */
export function createLog(): vscode.LogOutputChannel {
  return vscode.window.createOutputChannel('Blockstep', { log: true });
}
