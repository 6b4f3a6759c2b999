import { isAbsolute, join, relative } from 'node:path';
import * as vscode from 'vscode';
import type { Catalog } from '../../solver/config/catalog.ts';
import { folderVariable } from '../manifest.ts';
import { searchFailed } from '../messages.ts';
import { type Answers, csvHeader } from './ask-answers.ts';
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

const dataPattern = '**/*.{csv,svm,libsvm,npy,npz,txt}';
const modulePattern = '**/*.{ts,mts,js,mjs}';
/** A txt file is data only where its name says libsvm text; others are notes more often. */
const isData = (path: string) => !path.endsWith('.txt') || /svm|data/i.test(path);
const excluded = '**/{node_modules,dist,out,.git,.venv,.vscode}/**';
/** A workspace with more files than this is searched in part; "Browse…" reaches the rest. */
const limit = 300;

/**
 * Data files and modules of the workspace, from the editor's file search; if the search fails, lists only lack these
 * files.
 */
export class WorkspaceFiles {
  readonly #log: Pick<vscode.LogOutputChannel, 'warn'>;
  readonly #find: typeof vscode.workspace.findFiles;

  /** `find` is for tests. */
  constructor(
    log: Pick<vscode.LogOutputChannel, 'warn'>,
    find: typeof vscode.workspace.findFiles = vscode.workspace.findFiles,
  ) {
    this.#log = log;
    this.#find = find;
  }

  /** Data files of the workspace, by path. */
  async data(): Promise<vscode.Uri[]> {
    const found = await this.#search(dataPattern);
    return byPath(found.filter(uri => isData(uri.path)));
  }

  /** Files of the workspace that call `defineProblem`, by path. */
  async modules(): Promise<vscode.Uri[]> {
    const found = await this.#search(modulePattern);
    const checked = await Promise.all(found.map(async uri => ((await isModule(uri)) ? [uri] : [])));
    return byPath(checked.flat());
  }

  async #search(pattern: string): Promise<vscode.Uri[]> {
    try {
      return await this.#find(pattern, excluded, limit);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#log.warn(searchFailed(pattern, reason));
      return [];
    }
  }
}

async function isModule(uri: vscode.Uri): Promise<boolean> {
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    // Nobody writes a problem of this size by hand, and bundles are slow to read.
    if (size > 500_000) return false;
    const text = Buffer.from(await vscode.workspace.fs.readFile(uri)).toString('utf8');
    return callsDefineProblem(text);
  } catch {
    return false; // It went away meanwhile.
  }
}

/** Does the text import `defineProblem` from `blockstep` and call it? */
export function callsDefineProblem(text: string): boolean {
  return /['"]blockstep['"]/.test(text) && /\bdefineProblem\s*[(<]/.test(text);
}

function byPath(uris: readonly vscode.Uri[]): vscode.Uri[] {
  return [...uris].sort((a, b) => a.path.localeCompare(b.path));
}
