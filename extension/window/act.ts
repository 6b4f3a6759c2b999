import * as vscode from 'vscode';
import type { PanelAction } from '../../solver/wire/panel.ts';
import type { Edit } from '../../solver/wire/protocol.ts';
import { breakOnBlock, revealBlock } from '../commands/blocks.ts';
import { restartFromKeyframe } from '../commands/problems-and-traces.ts';
import type { Context } from '../context.ts';
import { assertNever } from '../errors.ts';
import { noRun } from '../messages.ts';
import type { RunClient } from '../run/client.ts';
import type { Origin } from '../run/source.ts';

/** Carries out an action from the panel. Rejects with one sentence for the user. */
export async function act(context: Context, origin: Origin, action: PanelAction): Promise<void> {
  switch (action.kind) {
    case 'continue':
      return run(context).resume(origin, { kind: 'end' });
    case 'pause':
      return run(context).pause();
    case 'stepBlock':
      return run(context).resume(origin, { kind: 'steps', count: 1 });
    case 'stepSweep':
      return run(context).resume(origin, { kind: 'sweep' });
    case 'stepBack':
      return stepBack(run(context), origin);
    case 'goTo':
      return goTo(run(context), origin, action.k);
    case 'setOrdering': {
      const { ordering, when } = action;
      return edit(run(context), origin, { kind: 'ordering', ordering, when });
    }
    case 'setStepSize': {
      const { block, value } = action;
      return edit(run(context), origin, { kind: 'stepSize', block, value });
    }
    case 'freeze': {
      const { block, value } = action;
      return edit(run(context), origin, { kind: 'frozen', block, value });
    }
    case 'breakOn':
      return breakOnBlock(run(context), action.block, action.value);
    case 'reveal':
      return revealBlock(run(context), action.block);
    case 'lift':
      return context.sessions.current()?.lift(action.block);
    case 'swapOrdering':
      return void (await vscode.commands.executeCommand('blockstep.swapOrdering'));
    case 'debugProblem':
      return void (await vscode.commands.executeCommand('blockstep.debugProblem'));
    case 'launch': {
      const { name, folder } = action.launch;
      const uri = folder === null ? undefined : vscode.Uri.parse(folder);
      const owner = uri && vscode.workspace.getWorkspaceFolder(uri);
      return void (await vscode.debug.startDebugging(owner, name));
    }
    case 'restartFromKeyframe':
      return restartFromKeyframe(context);
    default:
      return assertNever(action);
  }
}

/** The current run, for commands without a session. */
function run({ sessions }: Context): RunClient {
  const current = sessions.current();
  if (current === null) throw new Error(noRun());
  return current;
}

/** Settles when the run stands at step k, or where it was paused on the way. */
export async function goTo(run: RunClient, origin: Origin, k: number): Promise<void> {
  await run.goTo(origin, k);
  await run.settled();
}

/** At step 0 it does nothing, without a message. */
async function stepBack(run: RunClient, origin: Origin): Promise<void> {
  if (run.position?.k === 0 && run.position.phase === 'order') return;
  await run.stepBack(origin);
  await run.settled();
}

async function edit(run: RunClient, origin: Origin, change: Edit): Promise<void> {
  await run.edit(origin, [change]);
}
