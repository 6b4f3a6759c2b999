import * as vscode from 'vscode';
import type { Catalog } from '../../solver/config/catalog.ts';
import type { WorkspaceFiles } from '../commands/ask/files.ts';
import { debugType } from '../manifest.ts';

/** What "Select and Start Debugging… › Blockstep…" offers: every built-in problem on its example, every module. */
export class DynamicConfigurations implements vscode.DebugConfigurationProvider {
  readonly #catalog: Catalog;
  readonly #files: WorkspaceFiles;

  constructor(catalog: Catalog, files: WorkspaceFiles) {
    this.#catalog = catalog;
    this.#files = files;
  }

  async provideDebugConfigurations(): Promise<vscode.DebugConfiguration[]> {
    const modules = await this.#files.modules();
    return [
      ...this.#catalog.problems.map(({ name, title }) => launch(title, name)),
      ...modules.map(uri => launch(vscode.workspace.asRelativePath(uri), uri.fsPath)),
    ];
  }
}

function launch(name: string, problem: string): vscode.DebugConfiguration {
  return { type: debugType, request: 'launch', name, problem, stopOnEntry: true };
}
