import * as vscode from 'vscode';
import type { RunInfo } from '../../solver/wire/run.ts';
import { AdapterSession } from '../adapter/adapter-session.ts';
import { createSolver } from '../child.ts';
import type { Context } from '../context.ts';
import { debugType, recoverAttribute } from '../manifest.ts';
import { RunClient } from '../run/client.ts';
import { readSettings } from '../settings.ts';

/** Runs the adapter of each debug session in this process, and adds its runs to this window. */
export function registerDebugAdapters({ listings, sessions }: Context): vscode.Disposable {
  let runs = 0;
  return vscode.debug.registerDebugAdapterDescriptorFactory(debugType, {
    createDebugAdapterDescriptor(debug) {
      const adapter = new AdapterSession({
        createRun() {
          // A restart keeps the debug session and makes another run; a crash in a session that is over goes on in this one.
          const lost = sessions.crashed(debug.configuration[recoverAttribute]);
          const run = lost ?? newRun(`${debug.id}/${++runs}`, debug.name);
          sessions.add(debug, run);
          return run;
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

/** A run whose rows take half of the setting's memory here and half in its solver. */
function newRun(id: string, name: string): RunClient {
  const half = readSettings().rowsMB / 2;
  return new RunClient(id, name, () => createSolver(undefined, half), half * 2 ** 20);
}
