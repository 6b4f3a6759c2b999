import * as vscode from 'vscode';
import type { Catalog } from '../../../solver/config/catalog.ts';
import type { Answers } from './answers.ts';
import type { WorkspaceFiles } from './files.ts';
import { pick, type Row } from './pick.ts';

/** The built-in problems and the problem modules of the workspace. */
export async function askProblem(
  catalog: Catalog,
  files: WorkspaceFiles,
  answers: Answers,
  step: readonly [number, number],
): Promise<Answers | 'back' | 'closed'> {
  const answer = await pick({
    title: 'Debug a Problem',
    placeholder: 'Which problem?',
    step,
    rows: problemRows(catalog, files),
    active: problem => problem === answers.problem,
  });
  if (answer.kind !== 'chosen') return answer.kind;
  return { ...answers, problem: answer.value, data: null, target: null };
}

/** The problems that are built in, and the modules of the workspace as far as they are found. */
export async function problemRows(catalog: Catalog, files: WorkspaceFiles): Promise<Row<string>[]> {
  const modules = await files.modules();
  const separator = (label: string) =>
    ({ label, kind: vscode.QuickPickItemKind.Separator }) as const;
  return [
    separator('built in'),
    ...catalog.problems.map(({ name, title, summary }) => ({
      label: title,
      description: name,
      detail: summary,
      value: name,
    })),
    ...(modules.length === 0 ? [] : [separator('problem modules in this workspace')]),
    ...modules.map(uri => ({
      label: `$(file-code) ${uri.path.slice(uri.path.lastIndexOf('/') + 1)}`,
      description: vscode.workspace.asRelativePath(uri),
      value: uri.fsPath,
    })),
  ];
}
