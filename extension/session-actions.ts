import * as vscode from 'vscode';
import type { PanelAction } from '../solver/wire/panel.ts';
import { assertNever } from './assert-never.ts';
import { breakOnBlock } from './commands/break-on-block.ts';
import { restartFromKeyframe } from './commands/restart.ts';
import { revealBlock } from './commands/reveal-block.ts';
import type { Context } from './context.ts';
import { noRun } from './messages.ts';
import type { RunSession } from './session.ts';

/** Carries out what a person did in the panel. Rejects with one sentence for them. */
export async function act(context: Context, action: PanelAction): Promise<void> {
  switch (action.kind) {
    case 'continue':
      return void (await run(context).call('resume', { until: { kind: 'end' } }));
    case 'pause':
      return void (await run(context).call('pause', {}));
    case 'stepBlock':
      return void (await run(context).call('resume', { until: { kind: 'steps', count: 1 } }));
    case 'stepSweep':
      return void (await run(context).call('resume', { until: { kind: 'sweep' } }));
    case 'stepBack':
      return stepBack(run(context));
    case 'goTo':
      return run(context).goTo(action.k);
    case 'setOrdering': {
      const { ordering, when } = action;
      return void (await run(context).call('edit', {
        edits: [{ kind: 'ordering', ordering, when }],
      }));
    }
    case 'setStepSize': {
      const { block, value } = action;
      return void (await run(context).call('edit', {
        edits: [{ kind: 'stepSize', block, value }],
      }));
    }
    case 'freeze': {
      const { block, value } = action;
      return void (await run(context).call('edit', { edits: [{ kind: 'frozen', block, value }] }));
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

/** The run that is looked at, which commands without a session go to. */
function run({ sessions }: Context): RunSession {
  const current = sessions.current();
  if (current === null) throw new Error(noRun());
  return current;
}

/** To the start of the present block update, and from there to the start of the one before. */
async function stepBack(run: RunSession): Promise<void> {
  const { k, phase } = run.position ?? { k: 0, phase: 'order' };
  if (phase !== 'order') await run.goTo(k);
  else if (k > 0) await run.goTo(k - 1);
}
