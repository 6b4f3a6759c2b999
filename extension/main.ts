import * as vscode from 'vscode';
import { catalog } from '../solver/config/catalog.ts';
import { WorkspaceFiles } from './commands/ask-data.ts';
import { registerCommands } from './commands/index.ts';
import { ConfigurationProvider, DynamicConfigurations } from './configuration.ts';
import type { Context } from './context.ts';
import {
  registerEvaluatable,
  registerHover,
  registerInlineValues,
} from './decorations/hovers-and-values.ts';
import { createInlineConvergence } from './decorations/inline-convergence.ts';
import { ListingFiles } from './listing/files.ts';
import { debugType, listingScheme } from './manifest.ts';
import { createPanel } from './panel/view.ts';
import { act } from './window/act.ts';
import { RunSessions } from './window/run-sessions.ts';
import {
  autostart,
  openPanelOnStart,
  registerDebugAdapters,
  watchForCrashes,
} from './window/start-and-crash.ts';
import { createStatusItem, keepContextKeys } from './window/status-and-context-keys.ts';

/** For tests in the host; not an API for other extensions. */
export interface Exports {
  readonly sessions: RunSessions;
}

/** Registers everything and starts nothing: no file is read and no process is made before a session begins. */
export function activate(extension: vscode.ExtensionContext): Exports {
  // What happened and when, for people who report a defect. Never a place for news.
  const log = vscode.window.createOutputChannel('Blockstep', { log: true });
  const context: Context = {
    extension,
    log,
    files: new WorkspaceFiles(log),
    catalog,
    listings: new ListingFiles(extension.storageUri),
    sessions: new RunSessions(extension.workspaceState),
  };
  const { sessions, listings, files } = context;
  const dynamic = vscode.DebugConfigurationProviderTriggerKind.Dynamic;
  extension.subscriptions.push(
    log,
    listings,
    sessions,
    vscode.workspace.registerFileSystemProvider(listingScheme, listings, {
      isCaseSensitive: true,
      isReadonly: true,
    }),
    vscode.debug.registerDebugConfigurationProvider(
      debugType,
      new ConfigurationProvider(catalog, files),
    ),
    vscode.debug.registerDebugConfigurationProvider(
      debugType,
      new DynamicConfigurations(catalog, files),
      dynamic,
    ),
    registerDebugAdapters(context),
    registerCommands(context),
    keepContextKeys(sessions),
    createPanel({
      extensionUri: extension.extensionUri,
      source: sessions,
      act: action => act(context, 'panel', action),
    }),
    createStatusItem(context),
    createInlineConvergence(context),
    registerHover(context),
    registerEvaluatable(context),
    registerInlineValues(context),
    watchForCrashes(context),
    openPanelOnStart(context),
  );
  void autostart(context);
  return { sessions };
}
