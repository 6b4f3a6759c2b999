import * as vscode from 'vscode';
import { graphicsPackage } from '../../solver/config/graphicsPackage.ts';
import { gpuSupportPrompt, installButton, noFolder } from '../messages.ts';

/** Offers to install what reaches a graphics device into the first folder of the workspace, and says its size; a terminal shows the work. */
export async function installGpuSupport(): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (!folder) throw new Error(noFolder());
  const { install, size, name } = graphicsPackage;
  const prompt = gpuSupportPrompt(name, size, folder.name);
  const chosen = await vscode.window.showInformationMessage(
    prompt,
    { modal: true, detail: install },
    installButton(),
  );
  if (chosen !== installButton()) return;
  const terminal = vscode.window.createTerminal({ name: 'Blockstep', cwd: folder.uri });
  terminal.show();
  terminal.sendText(install);
}
