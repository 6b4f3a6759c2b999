import type * as vscode from 'vscode';
import type { Catalog } from '../solver/config/catalog.ts';
import type { WorkspaceFiles } from './commands/ask-data.ts';
import type { ListingFiles } from './listing/files.ts';
import type { RunSessions } from './window/run-sessions.ts';

/** Objects that live as long as the extension is active. Built once, in `main.ts`, and passed on. */
export interface Context {
  readonly extension: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly catalog: Catalog;
  readonly files: WorkspaceFiles;
  readonly listings: ListingFiles;
  readonly sessions: RunSessions;
}
