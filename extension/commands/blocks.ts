import * as vscode from 'vscode';
import { listingUri } from '../listing/files.ts';
import { blockLine } from '../listing/lines.ts';
import type { RunClient } from '../run/client.ts';

/** Shows a block's line: in the problem module that declares it, else in the listing. */
export async function revealBlock({ info }: RunClient, block: string): Promise<void> {
  if (info === null) return;
  const declared = info.blocks.find(({ name }) => name === block)?.declared ?? null;
  const uri = declared === null ? listingUri(info) : vscode.Uri.file(declared.path);
  const line = blockLine(info, block, uri);
  if (line !== null) await showLine(uri, line);
}

/** Shows the run's listing, in the tab that already shows it or in a new one. */
export async function openListing({ info }: RunClient): Promise<void> {
  if (info !== null) await showLine(listingUri(info), 1);
}

/** Puts the cursor on a line (from 1), in the group that shows the document already. */
async function showLine(uri: vscode.Uri, line: number): Promise<void> {
  const shown = vscode.window.visibleTextEditors.find(
    ({ document }) => document.uri.toString() === uri.toString(),
  );
  const start = new vscode.Position(line - 1, 0);
  await vscode.window.showTextDocument(uri, {
    selection: new vscode.Range(start, start),
    preview: false,
    ...(shown?.viewColumn === undefined ? {} : { viewColumn: shown.viewColumn }),
  });
}

/** Sets the breakpoint before a block's update, or removes every one that stands on the block. */
export function breakOnBlock(run: RunClient, block: string, on: boolean): void {
  const present = vscode.debug.breakpoints.filter(breakpoint => standsOn(run, block, breakpoint));
  if (!on) vscode.debug.removeBreakpoints(present);
  else if (present.every(({ enabled }) => !enabled)) {
    vscode.debug.removeBreakpoints(present);
    vscode.debug.addBreakpoints([new vscode.FunctionBreakpoint(block)]);
  }
}

/** By the block's name, or on its line in the listing or the module. */
function standsOn(run: RunClient, block: string, breakpoint: vscode.Breakpoint): boolean {
  if (breakpoint instanceof vscode.FunctionBreakpoint) return breakpoint.functionName === block;
  if (!(breakpoint instanceof vscode.SourceBreakpoint) || run.info === null) return false;
  const { uri, range } = breakpoint.location;
  return blockLine(run.info, block, uri) === range.start.line + 1;
}
