import * as vscode from 'vscode';

const dataPattern = '**/*.{csv,svm,libsvm,npy,npz,idx,txt}';
const modulePattern = '**/*.{ts,mts,js,mjs}';
/** A txt file is data only where its name says libsvm text; others are notes more often. */
const isData = (path: string) => !path.endsWith('.txt') || /svm|data/i.test(path);
const excluded = '**/{node_modules,dist,out,.git,.venv,.vscode}/**';
/** A workspace with more files than this is searched in part; "Browse…" reaches the rest. */
const limit = 300;

/** Data files of the workspace, by path. */
export async function findDataFiles(): Promise<vscode.Uri[]> {
  const found = await vscode.workspace.findFiles(dataPattern, excluded, limit);
  return byPath(found.filter(uri => isData(uri.path)));
}

/** Files of the workspace that call `defineProblem`, by path. */
export async function findModules(): Promise<vscode.Uri[]> {
  const found = await vscode.workspace.findFiles(modulePattern, excluded, limit);
  const checked = await Promise.all(found.map(async uri => ((await isModule(uri)) ? [uri] : [])));
  return byPath(checked.flat());
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
