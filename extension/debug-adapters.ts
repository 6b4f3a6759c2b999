import * as vscode from 'vscode';
import type { RunConfig, RunInfo } from '../solver/wire/protocol.ts';
import { BlockstepSession } from './adapter/session.ts';
import { createSolver } from './child.ts';
import type { Context } from './context.ts';
import { debugType } from './manifest.ts';
import { RunSession } from './session.ts';
import { tapped } from './tapped-solver.ts';

/** Debug sessions run their adapter in this process. Each solver that an adapter starts becomes a run of this window. */
export function registerDebugAdapters({ listings, sessions }: Context): vscode.Disposable {
  let runs = 0;
  return vscode.debug.registerDebugAdapterDescriptorFactory(debugType, {
    createDebugAdapterDescriptor(debug) {
      const adapter = new BlockstepSession({
        createSolver() {
          const solver = createSolver();
          const config = debug.configuration as unknown as RunConfig;
          // A restart keeps the debug session and makes another run.
          const id = `${debug.id}/${++runs}`;
          const run = new RunSession(id, debug.name, config, solver);
          sessions.add(debug, run);
          return tapped(solver, run);
        },
        listingSource(info: RunInfo) {
          const uri = listings.write(info);
          return { name: uri.path.slice(1), path: uri.toString() };
        },
      });
      return new vscode.DebugAdapterInlineImplementation(adapter);
    },
  });
}
