import type { Mark, Marks } from '../../solver/wire/panel.ts';
import type { Edit } from '../../solver/wire/protocol.ts';
import type { RunView } from './panel.ts';
import { effectiveK } from './status.ts';

/** More marks than this cannot be told apart on a line of a thousand pixels. */
const limit = 300;
/** Branches that are drawn: the newest. */
export const branchLimit = 4;

/** What stands on the line of time. */
export function marksOf(view: RunView): Marks {
  const marks: Mark[] = [];
  let ordering = view.info?.ordering ?? '';
  for (const edit of view.edits) {
    const text = sentence(edit, ordering);
    if (edit.kind === 'ordering') {
      marks.push({ kind: 'swap', k: effectiveK(view, edit), text, serious: false });
      ordering = edit.ordering;
    } else marks.push({ kind: 'edit', k: edit.k, text, serious: false });
  }
  const { findings, breakpointHits } = view;
  const serious = new Set(['nonfinite', 'divergence', 'userError', 'crash']);
  for (const { k, name, text } of thinned(findings)) {
    marks.push({ kind: 'finding', k, text, serious: serious.has(name) });
  }
  for (const k of thinned([...new Set(breakpointHits)])) {
    marks.push({ kind: 'hit', k, text: `Stopped at a breakpoint at step ${k}`, serious: false });
  }
  return { marks: thinned(marks), branches: view.branches.slice(-branchLimit) };
}

/** The newest of the list; what is older has its place in the Debug Console. */
function thinned<T>(list: readonly T[]): readonly T[] {
  return list.slice(-limit);
}

function sentence(edit: Edit, ordering: string): string {
  switch (edit.kind) {
    case 'ordering':
      return `${ordering} → ${edit.ordering}`;
    case 'stepSize': {
      const whose = edit.block === null ? 'step size' : `step size of ${edit.block}`;
      return edit.value === null ? `${whose} back to the step rule` : `${whose} = ${edit.value}`;
    }
    case 'frozen':
      return `${edit.block} ${edit.value ? 'frozen' : 'moves again'}`;
    case 'value':
      return `${edit.block}[${edit.index}] = ${edit.value}`;
    case 'parameter':
      return `${edit.name} = ${edit.value}`;
  }
}
