import * as vscode from 'vscode';
import type { RunInfo } from '../../solver/wire/run.ts';
import { AdapterSession } from '../adapter/adapter-session.ts';
import { createSolver } from '../child.ts';
import { restartFromKeyframe } from '../commands/problems-and-traces.ts';
import type { Context } from '../context.ts';
import { debugType, recoverAttribute, views } from '../manifest.ts';
import { notAutostarted, restartFromStep, showLogButton } from '../messages.ts';
import { RunClient } from '../run/client.ts';
import { readSettings } from '../settings.ts';

/** When a solver process ends unexpectedly: shows one message, with a button to recover. */
export function watchForCrashes(context: Context): vscode.Disposable {
  const { sessions, log } = context;
  return sessions.onDidStart(run => {
    run.onDidChange(({ kind }) => {
      if (kind !== 'crashed') return;
      log.error(`${run.name}: ${run.text}`);
      // Before it is loaded the failed launch says the same.
      if (run.info !== null) void tell(context, run);
    });
  });
}

async function tell(context: Context, run: RunClient): Promise<void> {
  const restart = restartFromStep(run.k);
  const chosen = await vscode.window.showErrorMessage(run.text, restart, showLogButton());
  if (chosen === restart && context.sessions.current() === run) await restartFromKeyframe(context);
  else if (chosen === showLogButton()) context.log.show();
}

/** Brings the convergence panel up when a run starts, and leaves the focus where it is. */
export function openPanelOnStart({ sessions }: Context): vscode.Disposable {
  return sessions.onDidStart(() => {
    if (readSettings().openPanel === 'never') return;
    void vscode.commands.executeCommand(`${views.convergence}.focus`, { preserveFocus: true });
  });
}

/** `npm start` names a launch configuration in BLOCKSTEP_AUTOSTART: it is started at once, and the panel opened. */
export async function autostart({ log }: Context): Promise<void> {
  const name = process.env['BLOCKSTEP_AUTOSTART'];
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (name === undefined || name === '' || folder === undefined) return;
  try {
    await vscode.commands.executeCommand('blockstep.openPanel');
    const started = await vscode.debug.startDebugging(folder, name);
    if (!started) log.warn(notAutostarted(name, 'its launch configuration is missing or refused'));
  } catch (error) {
    log.error(notAutostarted(name, String(error)));
  }
}

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
