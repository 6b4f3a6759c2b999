import * as vscode from 'vscode';
import { formatNumber, printable } from '../../solver/core/words.ts';
import { goToStepPrompt, notAStep, notAStepSize, stepSizePrompt } from '../messages.ts';
import type { RunClient } from '../run/client.ts';
import { goTo } from '../window/act.ts';
import { parseStep, parseStepSize } from './ask/answers.ts';
import { pick } from './ask/pick.ts';

/** Asks for a block (unless one is given) and a step size, and sets it. An empty answer gives it back to the step rule. */
export async function setStepSize(run: RunClient, given?: string): Promise<void> {
  const { info } = run;
  if (info === null) return;
  run.require('editStepSize');
  const block = given ?? (await askBlock(run));
  if (block === undefined) return;
  const text = await vscode.window.showInputBox({
    title:
      block === null
        ? 'Set the Step Size of All Blocks'
        : `Set the Step Size of ${printable(block)}`,
    prompt: stepSizePrompt(info.step),
    placeHolder: 'a number above 0, such as 0.05',
    validateInput: value => (parseStepSize(value) === undefined ? notAStepSize(value) : undefined),
  });
  const value = text === undefined ? undefined : parseStepSize(text);
  if (value !== undefined) await run.edit('command', [{ kind: 'stepSize', block, value }]);
}

/** A block's name, null for all, undefined when the list was closed. */
async function askBlock(run: RunClient): Promise<string | null | undefined> {
  const answer = await pick<string | null>({
    title: 'Set Step Size',
    placeholder: 'Which block?',
    rows: [
      { label: 'All Blocks', value: null },
      ...(run.info?.blocks ?? []).map(({ name }) => ({
        label: printable(name),
        description: present(run, name),
        value: name,
      })),
    ],
    active: name => name === run.position?.block,
  });
  return answer.kind === 'chosen' ? answer.value : undefined;
}

function present({ history, position }: RunClient, block: string): string {
  const at = position?.k ?? history.end;
  const [step] = history.last('stepSize', block, 1, at);
  const [sharpness] = history.last('sharpness', block, 1, at);
  if (step === undefined) return 'not visited yet';
  const limit = sharpness === undefined ? '' : `, 2/sharpness ${formatNumber(2 / sharpness)}`;
  return `step ${formatNumber(step)}${limit}`;
}

/** Asks for a step and goes there; forward beyond what was computed as well. */
export async function goToStep(run: RunClient): Promise<void> {
  const { k, end } = run.position ?? { k: 0, end: 0 };
  const text = await vscode.window.showInputBox({
    title: 'Go to Step',
    prompt: goToStepPrompt(k, end),
    value: String(k),
    validateInput: value => (parseStep(value, k) === null ? notAStep(value) : undefined),
  });
  const step = text === undefined ? null : parseStep(text, k);
  if (step !== null) await goTo(run, 'command', step);
}
