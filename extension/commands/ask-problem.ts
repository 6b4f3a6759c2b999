import * as vscode from 'vscode';
import type { Catalog } from '../../solver/config/catalog.ts';
import { checkConfig } from '../../solver/config/check.ts';
import type { PartMeta } from '../../solver/core/part.ts';
import { type Answers, configurationFor } from './ask-answers.ts';
import type { WorkspaceFiles } from './ask-data.ts';
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

/** The methods that suit the problem. */
export async function askMethod(
  catalog: Catalog,
  answers: Answers,
  step: readonly [number, number],
): Promise<Answers | 'back' | 'closed'> {
  const fits = ({ name }: PartMeta) => isAccepted(catalog, { ...answers, method: name });
  const answer = await pick({
    title: 'Debug a Problem',
    placeholder: 'Which method? Those that do not suit the problem are left out.',
    step,
    rows: catalog.methods.filter(fits).map(partRow),
    active: name => name === answers.method,
  });
  return answer.kind === 'chosen' ? { ...answers, method: answer.value } : answer.kind;
}

const save: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('save'),
  tooltip: 'Start, and Add It to launch.json',
};

/** The orderings that suit problem and method; the last question. */
export async function askOrdering(
  catalog: Catalog,
  answers: Answers,
  step: readonly [number, number],
): Promise<Answers | 'back' | 'closed'> {
  const fits = ({ name }: PartMeta) => isAccepted(catalog, { ...answers, ordering: name });
  const answer = await pick({
    title: 'Debug a Problem',
    placeholder: 'Which ordering of the blocks? It can be swapped at any time.',
    step,
    rows: catalog.orderings.filter(fits).map(partRow),
    active: name => name === answers.ordering,
    buttons: [save],
  });
  if (answer.kind !== 'chosen') return answer.kind;
  return { ...answers, ordering: answer.value, save: answer.button === save };
}

function partRow({ name, title, summary }: PartMeta) {
  return { label: title, description: name, detail: summary, value: name };
}

function isAccepted(catalog: Catalog, answers: Answers): boolean {
  return !('refusal' in checkConfig(configurationFor(catalog, answers), catalog));
}
