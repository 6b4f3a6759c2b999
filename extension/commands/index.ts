import * as vscode from 'vscode';
import type { Context } from '../context.ts';
import { views } from '../manifest.ts';
import { noRun, unexpected } from '../messages.ts';
import type { RunClient } from '../run/client.ts';
import { act } from '../window/act.ts';
import { openListing, revealBlock } from './blocks.ts';
import { goToStep, setStepSize, swapOrdering } from './edit-run.ts';
import { installGpuSupport } from './gpu-support.ts';
import { debugProblem, exportTrace, newProblem, openTrace } from './problems-and-traces.ts';
import { type CommandId, commandTable } from './table.ts';

/** A command's work. `block` comes from links in hovers and from the panel. */
type Handler = (context: Context, block?: string) => unknown;

const handlers: Readonly<Record<CommandId, Handler>> = {
  'blockstep.debugProblem': debugProblem,
  'blockstep.openPanel': () => vscode.commands.executeCommand(`${views.convergence}.focus`),
  'blockstep.openListing': context => openListing(current(context)),
  'blockstep.stepBlock': context => act(context, 'command', { kind: 'stepBlock' }),
  'blockstep.stepSweep': context => act(context, 'command', { kind: 'stepSweep' }),
  'blockstep.stepBack': context => act(context, 'command', { kind: 'stepBack' }),
  'blockstep.goToStep': context => goToStep(current(context)),
  'blockstep.swapOrdering': context => swapOrdering(current(context), context.catalog),
  'blockstep.setStepSize': (context, block) => setStepSize(current(context), block),
  'blockstep.restartFromKeyframe': context =>
    act(context, 'command', { kind: 'restartFromKeyframe' }),
  'blockstep.openTrace': openTrace,
  'blockstep.exportTrace': ({ sessions }) => exportTrace(sessions.current()),
  'blockstep.newProblem': newProblem,
  'blockstep.installGpuSupport': installGpuSupport,
  'blockstep.showLog': ({ log }) => log.show(),
  'blockstep.revealBlock': (context, block) => revealBlock(current(context), named(block)),
  'blockstep.toggleFrozen': (context, block) => {
    const value = !current(context).isFrozen(named(block));
    return act(context, 'command', { kind: 'freeze', block: named(block), value });
  },
  'blockstep.toggleBreakOnBlock': (context, block) => {
    const value = !current(context).breakOn.has(named(block));
    return act(context, 'command', { kind: 'breakOn', block: named(block), value });
  },
};

/** Registers every command of the table. The message of a thrown error is a sentence for the user. */
export function registerCommands(context: Context): vscode.Disposable {
  const ids = Object.keys(commandTable) as CommandId[];
  return vscode.Disposable.from(
    ...ids.map(id =>
      vscode.commands.registerCommand(id, (first: unknown) =>
        perform(context, id, typeof first === 'string' ? first : undefined),
      ),
    ),
  );
}

async function perform(context: Context, id: CommandId, block: string | undefined): Promise<void> {
  try {
    await handlers[id](context, block);
  } catch (error) {
    context.log.error(`${id}: ${error instanceof Error ? (error.stack ?? error.message) : error}`);
    void vscode.window.showErrorMessage(error instanceof Error ? error.message : unexpected(id));
  }
}

function current({ sessions }: Context): RunClient {
  const run = sessions.current();
  if (run === null) throw new Error(noRun());
  return run;
}

function named(block: string | undefined): string {
  if (block === undefined) throw new Error('The command was called without the name of a block.');
  return block;
}
