import * as vscode from 'vscode';
import type { Catalog } from '../../solver/config/catalog.ts';
import { findModules } from './find-files.ts';
import { pick, type Row } from './pick.ts';
import type { Wanted } from './wanted.ts';

/** The built-in problems and the problem modules of the workspace. */
export async function askProblem(
  catalog: Catalog,
  wanted: Wanted,
  step: readonly [number, number],
): Promise<Wanted | 'back' | 'closed'> {
  const answer = await pick({
    title: 'Debug a Problem',
    placeholder: 'Which problem?',
    step,
    rows: problemRows(catalog),
    active: problem => problem === wanted.problem,
  });
  if (answer.kind !== 'chosen') return answer.kind;
  return { ...wanted, problem: answer.value, data: null, target: null };
}

async function problemRows(catalog: Catalog): Promise<Row<string>[]> {
  const modules = await findModules();
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
