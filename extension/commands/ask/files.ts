import * as vscode from 'vscode';
import { searchFailed } from '../../messages.ts';

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
