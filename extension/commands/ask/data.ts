import { isAbsolute, join, relative } from 'node:path';
import * as vscode from 'vscode';
import type { Catalog } from '../../../solver/config/catalog.ts';
import { folderVariable } from '../../manifest.ts';
import { type Answers, csvHeader } from './answers.ts';
import type { WorkspaceFiles } from './files.ts';
import { pick, type Row } from './pick.ts';

/** Data that comes with the extension, by the name launch.json gives it. */
const bundled = [
  {
    name: 'diabetes',
    detail: '442 patients, 10 measurements; target: progression of the disease.',
  },
  { name: 'breastCancer', detail: '569 tumours, 30 features; target: benign or malignant.' },
  { name: 'digits', detail: '1,797 images of 8 × 8 pixels; target: the digit.' },
] as const;

const inFolder = `${folderVariable}/`;
const browse = Symbol('browse');

/** The problem's example data, other bundled data, a file of the workspace, or any file. */
export async function askData(
  catalog: Catalog,
  files: WorkspaceFiles,
  answers: Answers,
  step: readonly [number, number],
  folder: vscode.WorkspaceFolder | undefined,
): Promise<Answers | 'back' | 'closed'> {
  const example = catalog.problems.find(({ name }) => name === answers.problem)?.exampleData;
  while (true) {
    const answer = await pick<string | null | typeof browse>({
      title: 'Debug a Problem',
      placeholder: 'Which data?',
      step,
      rows: dataRows(example ?? null, files, folder),
      active: value => value === answers.data,
    });
    if (answer.kind !== 'chosen') return answer.kind;
    if (answer.value !== browse) return { ...answers, data: answer.value, target: null };
    const path = await browseForData(folder);
    if (path !== null) return { ...answers, data: path, target: null };
  }
}

/** The column that is predicted. The last one is the default, so it stands first. */
export async function askTarget(
  answers: Answers,
  step: readonly [number, number],
  folder: vscode.WorkspaceFolder | undefined,
): Promise<Answers | 'back' | 'closed'> {
  const path = resolved(answers.data ?? '', folder);
  const columns = await csvHeader(path);
  // What is wrong with the file is said by the solver, with line and column.
  if (columns === null) return { ...answers, target: null };
  const answer = await pick({
    title: 'Debug a Problem',
    placeholder: 'Which column is the target?',
    step,
    rows: columns.toReversed().map((column, i) => ({
      label: column,
      description: i === 0 ? 'the last column' : '',
      value: column,
    })),
    active: column => column === answers.target,
  });
  return answer.kind === 'chosen' ? { ...answers, target: answer.value } : answer.kind;
}

async function dataRows(
  example: string | null,
  workspace: WorkspaceFiles,
  folder: vscode.WorkspaceFolder | undefined,
): Promise<Row<string | null | typeof browse>[]> {
  const separator = (label: string) =>
    ({ label, kind: vscode.QuickPickItemKind.Separator }) as const;
  const files = await workspace.data();
  const own = bundled.find(({ name }) => name === example);
  const others = bundled.filter(({ name }) => name !== example);
  return [
    separator('comes with Blockstep'),
    ...(own
      ? [
          {
            label: own.name,
            description: 'the example of this problem',
            detail: own.detail,
            value: null,
          },
        ]
      : []),
    ...others.map(({ name, detail }) => ({ label: name, detail, value: name })),
    separator('files'),
    ...files.map(uri => ({
      label: `$(table) ${uri.path.slice(uri.path.lastIndexOf('/') + 1)}`,
      description: vscode.workspace.asRelativePath(uri),
      value: portable(uri.fsPath, folder),
    })),
    {
      label: '$(folder-opened) Browse…',
      description: 'csv with a header, libsvm text, npy or npz',
      value: browse,
    },
  ];
}

async function browseForData(folder: vscode.WorkspaceFolder | undefined): Promise<string | null> {
  const chosen = await vscode.window.showOpenDialog({
    title: 'Data for the Problem',
    openLabel: 'Use This Data',
    ...(folder === undefined ? {} : { defaultUri: folder.uri }),
    filters: { Data: ['csv', 'svm', 'libsvm', 'txt', 'npy', 'npz'], 'All Files': ['*'] },
  });
  const uri = chosen?.[0];
  return uri === undefined ? null : portable(uri.fsPath, folder);
}

/** A path as launch.json should hold it: with `${workspaceFolder}` where it lies in the folder. */
function portable(path: string, folder: vscode.WorkspaceFolder | undefined): string {
  if (folder === undefined) return path;
  const within = relative(folder.uri.fsPath, path);
  if (within.startsWith('..') || isAbsolute(within)) return path;
  return inFolder + within.replaceAll('\\', '/');
}

function resolved(path: string, folder: vscode.WorkspaceFolder | undefined): string {
  if (folder === undefined || !path.startsWith(inFolder)) return path;
  return join(folder.uri.fsPath, path.slice(inFolder.length));
}
