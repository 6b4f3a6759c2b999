import * as vscode from 'vscode';
import { blockLine } from '../block-lines.ts';
import type { RunClient } from '../run/client.ts';

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
