import * as vscode from 'vscode';
import type { Catalog } from '../../solver/config/catalog.ts';
import { checkConfig } from '../../solver/config/check.ts';
import type { PartMeta } from '../../solver/core/part.ts';
import { pick } from './pick.ts';
import { configurationFor, type Wanted } from './wanted.ts';

/** The methods that suit the problem. */
export async function askMethod(
  catalog: Catalog,
  wanted: Wanted,
  step: readonly [number, number],
): Promise<Wanted | 'back' | 'closed'> {
  const fits = ({ name }: PartMeta) => isAccepted(catalog, { ...wanted, method: name });
  const answer = await pick({
    title: 'Debug a Problem',
    placeholder: 'Which method? Those that do not suit the problem are left out.',
    step,
    rows: catalog.methods.filter(fits).map(partRow),
    active: name => name === wanted.method,
  });
  return answer.kind === 'chosen' ? { ...wanted, method: answer.value } : answer.kind;
}

const save: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('save'),
  tooltip: 'Start, and Add It to launch.json',
};

/** The orderings that suit problem and method; the last question. */
export async function askOrdering(
  catalog: Catalog,
  wanted: Wanted,
  step: readonly [number, number],
): Promise<Wanted | 'back' | 'closed'> {
  const fits = ({ name }: PartMeta) => isAccepted(catalog, { ...wanted, ordering: name });
  const answer = await pick({
    title: 'Debug a Problem',
    placeholder: 'Which ordering of the blocks? It can be swapped at any time.',
    step,
    rows: catalog.orderings.filter(fits).map(partRow),
    active: name => name === wanted.ordering,
    buttons: [save],
  });
  if (answer.kind !== 'chosen') return answer.kind;
  return { ...wanted, ordering: answer.value, save: answer.button === save };
}

function partRow({ name, title, summary }: PartMeta) {
  return { label: title, description: name, detail: summary, value: name };
}

function isAccepted(catalog: Catalog, wanted: Wanted): boolean {
  return !('refusal' in checkConfig(configurationFor(catalog, wanted), catalog));
}
