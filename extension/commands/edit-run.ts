import * as vscode from 'vscode';
import type { Catalog } from '../../solver/config/catalog.ts';
import { formatNumber, printable } from '../../solver/core/words.ts';
import {
  customOrderPrompt,
  goToStepPrompt,
  notABlock,
  notAStep,
  notAStepSize,
  stepSizePrompt,
} from '../messages.ts';
import type { RunClient } from '../run/client.ts';
import { goTo } from '../window/act.ts';
import { askAll, namesIn, parseStep, parseStepSize } from './ask-answers.ts';
import { pick } from './pick.ts';

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

interface Swap {
  readonly ordering: string;
  readonly when: 'sweep' | 'now';
  /** The list of blocks, for `custom`. */
  readonly order: readonly string[] | null;
}

/** Asks for an ordering that the run accepts and for when it takes effect, and swaps. */
export async function swapOrdering(run: RunClient, catalog: Catalog): Promise<void> {
  run.require('editOrdering');
  const first: Swap = { ordering: run.position?.ordering ?? '', when: 'sweep', order: null };
  const swap = await askAll(first, [
    { applies: () => true, ask: (swap, place) => askWhich(run, catalog, swap, place) },
    { applies: swap => swap.ordering === 'custom', ask: swap => askOrder(run, swap) },
    { applies: () => true, ask: (swap, place) => askWhen(run, swap, place) },
  ]);
  if (swap === null) return;
  const { ordering, when, order } = swap;
  const options = order === null ? {} : { options: { order } };
  await run.edit('command', [{ kind: 'ordering', ordering, when, ...options }]);
}

async function askWhich(
  run: RunClient,
  catalog: Catalog,
  swap: Swap,
  step: readonly [number, number],
): Promise<Swap | 'back' | 'closed'> {
  const present = run.position?.ordering;
  const answer = await pick({
    title: 'Swap Ordering',
    placeholder: 'Which ordering should be used from here on?',
    step,
    rows: (run.info?.orderings ?? []).map(({ name, title }) => ({
      label: title,
      description: name === present ? `${name} (current)` : name,
      detail: catalog.orderings.find(part => part.name === name)?.summary ?? '',
      value: name,
    })),
    // On the way back what was chosen before, at first one that changes something.
    active: name => (swap.ordering === present ? name !== present : name === swap.ordering),
  });
  return answer.kind === 'chosen' ? { ...swap, ordering: answer.value, order: null } : answer.kind;
}

async function askOrder(run: RunClient, swap: Swap): Promise<Swap | 'closed'> {
  const blocks = (run.info?.blocks ?? []).map(({ name }) => name);
  const wrong = (text: string) => {
    const unknown = namesIn(text).find(name => !blocks.includes(name));
    if (unknown !== undefined) return notABlock(unknown, blocks);
    return namesIn(text).length === 0 ? notABlock('', blocks) : undefined;
  };
  const text = await vscode.window.showInputBox({
    title: 'Swap Ordering',
    prompt: customOrderPrompt(),
    value: blocks.join(', '),
    ignoreFocusOut: true,
    validateInput: wrong,
  });
  return text === undefined ? 'closed' : { ...swap, order: namesIn(text) };
}

async function askWhen(
  run: RunClient,
  swap: Swap,
  step: readonly [number, number],
): Promise<Swap | 'back' | 'closed'> {
  const sweep = run.position?.sweep ?? 1;
  const answer = await pick<'sweep' | 'now'>({
    title: 'Swap Ordering',
    placeholder: 'When should it take effect?',
    step,
    rows: [
      {
        label: 'When This Sweep Ends',
        detail: `Sweep ${sweep} visits its remaining blocks first.`,
        value: 'sweep',
      },
      { label: 'Now', detail: 'A new sweep begins with the next update.', value: 'now' },
    ],
    active: when => when === swap.when,
  });
  return answer.kind === 'chosen' ? { ...swap, when: answer.value } : answer.kind;
}
