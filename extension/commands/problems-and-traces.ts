import { join } from 'node:path';
import * as vscode from 'vscode';
import { template } from '../../solver/modules/template.ts';
import type { Context } from '../context.ts';
import { debugType, recoverAttribute } from '../manifest.ts';
import {
  copyPathButton,
  fileExists,
  noCrash,
  noRun,
  notAFileName,
  traceWritten,
} from '../messages.ts';
import type { RunClient } from '../run/client.ts';
import {
  type Answers,
  askAll,
  configurationFor,
  fileNameFor,
  noAnswers,
  type Step,
} from './ask-answers.ts';
import { askData, askTarget } from './ask-data.ts';
import { askMethod, askOrdering, askProblem } from './ask-problem.ts';

/** Asks for a problem, data and a method, and starts. Returns false when the person closed a list. */
export async function debugProblem(context: Context): Promise<boolean> {
  const folder = folderInView();
  const configuration = await askConfiguration(context, folder);
  if (configuration === null) return false;
  return vscode.debug.startDebugging(folder, configuration);
}

/** The configuration that a person composes from lists, or null. */
export async function askConfiguration(
  { catalog, files }: Pick<Context, 'catalog' | 'files'>,
  folder: vscode.WorkspaceFolder | undefined,
): Promise<vscode.DebugConfiguration | null> {
  const takesData = (answers: Answers) =>
    catalog.problems.find(({ name }) => name === answers.problem)?.exampleData != null;
  const steps: readonly Step<Answers>[] = [
    { applies: () => true, ask: (answers, place) => askProblem(catalog, files, answers, place) },
    {
      applies: takesData,
      ask: (answers, place) => askData(catalog, files, answers, place, folder),
    },
    {
      applies: answers => answers.data?.endsWith('.csv') === true,
      ask: (answers, place) => askTarget(answers, place, folder),
    },
    { applies: () => true, ask: (answers, place) => askMethod(catalog, answers, place) },
    { applies: () => true, ask: (answers, place) => askOrdering(catalog, answers, place) },
  ];
  const answers = await askAll(noAnswers, steps);
  if (answers === null) return null;
  const configuration = configurationFor(catalog, answers);
  if (answers.save) await addToLaunchJson(folder, configuration);
  return configuration;
}

/** The workspace folder of the active editor's file, else the first one. */
export function folderInView(): vscode.WorkspaceFolder | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  const own = uri && vscode.workspace.getWorkspaceFolder(uri);
  return own ?? vscode.workspace.workspaceFolders?.[0];
}

/** Recovers a crashed run in a new process: the same recipe and edits, replayed to the last known step. */
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
