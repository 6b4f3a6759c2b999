import * as vscode from 'vscode';
import { addToLaunchJson } from '../configuration/launch-json.ts';
import type { Context } from '../context.ts';
import { recoverAttribute } from '../manifest.ts';
import { noCrash } from '../messages.ts';
import { type Answers, askAll, configurationFor, noAnswers, type Step } from './ask/answers.ts';
import { askData, askTarget } from './ask/data.ts';
import { askMethod, askOrdering } from './ask/parts.ts';
import { askProblem } from './ask/problem.ts';

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
