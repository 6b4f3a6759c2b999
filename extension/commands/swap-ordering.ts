import * as vscode from 'vscode';
import type { Catalog } from '../../solver/config/catalog.ts';
import { customOrderPrompt, notABlock } from '../messages.ts';
import type { RunClient } from '../run/client.ts';
import { askAll, namesIn } from './ask/answers.ts';
import { pick } from './ask/pick.ts';

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
