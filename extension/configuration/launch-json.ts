import * as vscode from 'vscode';

/** Adds a configuration to the folder's launch.json, which is created when there is none, and opens nothing. */
export async function addToLaunchJson(
  folder: vscode.WorkspaceFolder | undefined,
  configuration: vscode.DebugConfiguration,
): Promise<void> {
  const launch = vscode.workspace.getConfiguration('launch', folder?.uri);
  const present = launch.inspect<vscode.DebugConfiguration[]>('configurations');
  const configurations = present?.workspaceFolderValue ?? present?.workspaceValue ?? [];
  const name = freeName(configuration.name, configurations);
  const target = vscode.ConfigurationTarget.WorkspaceFolder;
  await launch.update('configurations', [...configurations, { ...configuration, name }], target);
}

/** Opens the folder's launch.json, at the configuration of this name where it has one. */
export async function openLaunchJson(
  folder: vscode.WorkspaceFolder | undefined,
  name: string,
): Promise<void> {
  const file = folder && vscode.Uri.joinPath(folder.uri, '.vscode/launch.json');
  const document = file && (await open(file));
  if (document === undefined) {
    await vscode.commands.executeCommand('workbench.action.debug.configure');
    return;
  }
  const at = document.getText().indexOf(`"name": ${JSON.stringify(name)}`);
  const position = document.positionAt(Math.max(0, at));
  await vscode.window.showTextDocument(document, {
    selection: new vscode.Range(position, position),
  });
}

async function open(file: vscode.Uri): Promise<vscode.TextDocument | undefined> {
  try {
    return await vscode.workspace.openTextDocument(file);
  } catch {
    return undefined; // There is none; VS Code offers to create it.
  }
}

function freeName(name: string, configurations: readonly vscode.DebugConfiguration[]): string {
  const taken = new Set(configurations.map(configuration => configuration.name));
  let free = name;
  for (let i = 2; taken.has(free); i++) free = `${name} (${i})`;
  return free;
}
