import * as vscode from 'vscode';
import type { Catalog } from '../solver/config/catalog.ts';
import { checkConfig } from '../solver/config/check.ts';
import { isModulePath } from '../solver/config/names.ts';
import { callsDefineProblem, type WorkspaceFiles } from './commands/ask-data.ts';
import { askConfiguration, openLaunchJson } from './commands/problems-and-traces.ts';
import { debugType } from './manifest.ts';
import { openLaunchJsonButton, traceNotGiven, untrustedModule } from './messages.ts';
import { readSettings } from './settings.ts';

/** Completes launch configurations and refuses, before anything starts, those that cannot run. */
export class ConfigurationProvider implements vscode.DebugConfigurationProvider {
  readonly #catalog: Catalog;
  readonly #files: WorkspaceFiles;

  constructor(catalog: Catalog, files: WorkspaceFiles) {
    this.#catalog = catalog;
    this.#files = files;
  }

  /** F5 without a launch.json: debugs the module in the active editor, else asks. Undefined starts nothing. */
  async resolveDebugConfiguration(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    const written = configuration.type !== undefined && configuration.request !== undefined;
    const given = written
      ? configuration
      : (moduleInView() ??
        (await askConfiguration({ catalog: this.#catalog, files: this.#files }, folder)));
    if (given === null) return undefined;
    return { ...ownDefaults(folder), ...given };
  }

  /** Every value is known now, so that what cannot run is refused here, in one sentence. */
  resolveDebugConfigurationWithSubstitutedVariables(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): vscode.DebugConfiguration | undefined {
    const refusal = this.refusal(configuration);
    if (refusal === null) return configuration;
    // Not awaited: VS Code waits for this answer before it lets anything else be started.
    void this.#refuse(refusal, folder, configuration.name);
    return undefined;
  }

  /** Why this configuration cannot run, or null. */
  refusal(configuration: vscode.DebugConfiguration): string | null {
    const { problem, request, trace } = configuration;
    if (request === 'attach') {
      return typeof trace === 'string' && trace !== '' ? null : traceNotGiven(trace);
    }
    if (typeof problem === 'string' && isModulePath(problem) && !vscode.workspace.isTrusted)
      return untrustedModule(problem);
    const checked = checkConfig(configuration, this.#catalog);
    return 'refusal' in checked ? checked.refusal : null;
  }

  async #refuse(
    refusal: string,
    folder: vscode.WorkspaceFolder | undefined,
    name: string,
  ): Promise<void> {
    const chosen = await vscode.window.showErrorMessage(refusal, openLaunchJsonButton());
    if (chosen !== undefined) await openLaunchJson(folder, name);
  }
}

/** Defaults for every run of this window, which launch.json may override. */
function ownDefaults(folder: vscode.WorkspaceFolder | undefined): object {
  return {
    // Paths start from the folder whose launch.json it is.
    ...(folder === undefined ? {} : { cwd: folder.uri.fsPath }),
    // The debug console would come up in the place of the convergence panel.
    ...(readSettings().openPanel === 'always' ? { internalConsoleOptions: 'neverOpen' } : {}),
  };
}

/** A configuration for the problem module in the active editor, or null. */
function moduleInView(): vscode.DebugConfiguration | null {
  const document = vscode.window.activeTextEditor?.document;
  if (document === undefined || document.uri.scheme !== 'file') return null;
  if (!isModulePath(document.fileName) || !callsDefineProblem(document.getText())) return null;
  return {
    type: debugType,
    request: 'launch',
    name: vscode.workspace.asRelativePath(document.uri),
    problem: document.fileName,
    stopOnEntry: true,
  };
}

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
