import * as vscode from 'vscode';
import type { Catalog } from '../../solver/config/catalog.ts';
import { addToLaunchJson } from '../configuration/launch-json.ts';
import type { Context } from '../context.ts';
import { askAll, type Step } from './ask-all.ts';
import { askData, askTarget } from './ask-data.ts';
import { askMethod, askOrdering } from './ask-parts.ts';
import { askProblem } from './ask-problem.ts';
import { configurationFor, nothing, type Wanted } from './wanted.ts';

/** Asks for a problem, data and a method, and starts. Returns false when the person closed a list. */
export async function debugProblem(context: Context): Promise<boolean> {
  const folder = folderInView();
  const configuration = await askConfiguration(context.catalog, folder);
  if (configuration === null) return false;
  return vscode.debug.startDebugging(folder, configuration);
}

/** The configuration that a person composes from lists, or null. */
export async function askConfiguration(
  catalog: Catalog,
  folder: vscode.WorkspaceFolder | undefined,
): Promise<vscode.DebugConfiguration | null> {
  const takesData = (wanted: Wanted) =>
    catalog.problems.find(({ name }) => name === wanted.problem)?.exampleData != null;
  const steps: readonly Step<Wanted>[] = [
    { applies: () => true, ask: (wanted, place) => askProblem(catalog, wanted, place) },
    { applies: takesData, ask: (wanted, place) => askData(catalog, wanted, place, folder) },
    {
      applies: wanted => wanted.data?.endsWith('.csv') === true,
      ask: (wanted, place) => askTarget(wanted, place, folder),
    },
    { applies: () => true, ask: (wanted, place) => askMethod(catalog, wanted, place) },
    { applies: () => true, ask: (wanted, place) => askOrdering(catalog, wanted, place) },
  ];
  const wanted = await askAll(nothing, steps);
  if (wanted === null) return null;
  const configuration = configurationFor(catalog, wanted);
  if (wanted.save) await addToLaunchJson(folder, configuration);
  return configuration;
}

/** The workspace folder of the file that is looked at, else the first one. */
export function folderInView(): vscode.WorkspaceFolder | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  const own = uri && vscode.workspace.getWorkspaceFolder(uri);
  return own ?? vscode.workspace.workspaceFolders?.[0];
}
