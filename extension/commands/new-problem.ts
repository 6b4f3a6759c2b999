import * as vscode from 'vscode';
import { template } from '../../solver/modules/template.ts';
import { fileExists, notAFileName } from '../messages.ts';
import { fileNameFor } from './ask/answers.ts';
import { folderInView } from './debug-problem.ts';

/** Asks for a name and writes a commented problem module that runs as it stands. Without a folder it opens unsaved. */
export async function newProblem(): Promise<void> {
  const folder = folderInView();
  const name = await vscode.window.showInputBox({
    title: 'New Problem Module',
    prompt: 'The name of the problem; the file is named after it.',
    value: 'my ridge',
    validateInput: value => (fileNameFor(value) === null ? notAFileName(value) : undefined),
  });
  const file = name === undefined ? null : fileNameFor(name);
  if (name === undefined || file === null) return;
  const content = template(name.trim());
  if (folder === undefined) {
    const document = await vscode.workspace.openTextDocument({ language: 'typescript', content });
    await vscode.window.showTextDocument(document);
    return;
  }
  const problems = vscode.Uri.joinPath(folder.uri, 'problems');
  const uri = vscode.Uri.joinPath(problems, file);
  if (await exists(uri)) throw new Error(fileExists(vscode.workspace.asRelativePath(uri)));
  await vscode.workspace.fs.createDirectory(problems);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(content));
  await vscode.window.showTextDocument(uri, { preview: false });
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
