import * as vscode from 'vscode';
import { views } from '../manifest.ts';
import type { PanelContext } from './panel.ts';
import { PanelView } from './view.ts';

/** Registers the convergence panel. Its page is made when it is first shown. */
export function createPanel(context: PanelContext): vscode.Disposable {
  const panel = new PanelView(context);
  return vscode.Disposable.from(
    panel,
    vscode.window.registerWebviewViewProvider(views.convergence, panel),
  );
}
