import * as vscode from 'vscode';
import { notAStepSize, stepSizePrompt } from '../messages.ts';
import { formatNumber } from '../number.ts';
import type { RunSession } from '../session.ts';
import { parseStepSize } from './parse-step-size.ts';
import { pick } from './pick.ts';

/** Asks for a block (unless one is given) and a step size, and sets it. An empty answer gives it back to the step rule. */
export async function setStepSize(run: RunSession, given?: string): Promise<void> {
  const { info } = run;
  if (info === null) return;
  if (info.stepSizeFixed !== null) throw new Error(info.stepSizeFixed);
  const block = given ?? (await askBlock(run));
  if (block === undefined) return;
  const text = await vscode.window.showInputBox({
    title: block === null ? 'Set the Step Size of All Blocks' : `Set the Step Size of ${block}`,
    prompt: stepSizePrompt(info.step),
    placeHolder: 'a number above 0, such as 0.05',
    validateInput: value => (parseStepSize(value) === undefined ? notAStepSize(value) : undefined),
  });
  const value = text === undefined ? undefined : parseStepSize(text);
  if (value !== undefined) await run.call('edit', { edits: [{ kind: 'stepSize', block, value }] });
}

/** A block's name, null for all, undefined when the list was closed. */
async function askBlock(run: RunSession): Promise<string | null | undefined> {
  const answer = await pick<string | null>({
    title: 'Set Step Size',
    placeholder: 'Of which block?',
    rows: [
      { label: 'All Blocks', value: null },
      ...(run.info?.blocks ?? []).map(({ name }) => ({
        label: name,
        description: present(run, name),
        value: name,
      })),
    ],
    active: name => name === run.position?.block,
  });
  return answer.kind === 'chosen' ? answer.value : undefined;
}

function present({ history, position }: RunSession, block: string): string {
  const at = position?.k ?? history.end;
  const [step] = history.last('stepSize', block, 1, at);
  const [sharpness] = history.last('sharpness', block, 1, at);
  if (step === undefined) return 'not visited yet';
  const limit = sharpness === undefined ? '' : `, 2/sharpness ${formatNumber(2 / sharpness)}`;
  return `step ${formatNumber(step)}${limit}`;
}
