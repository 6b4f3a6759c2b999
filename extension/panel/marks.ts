import type { Found, Mark, Marks } from '../../solver/wire/panel.ts';
import type { Finding } from '../../solver/wire/protocol.ts';
import type { RunView } from './panel.ts';

/** More marks than this cannot be told apart on a line of a thousand pixels. */
const limit = 300;
/** Branches that are drawn: the newest. */
export const branchLimit = 4;

/** What stands on the line of time. */
export function marksOf(view: RunView): Marks {
  const marks: Mark[] = [];
  for (const { edit, k, text } of view.facts.edits) {
    const kind = edit.kind === 'ordering' ? 'swap' : 'edit';
    marks.push({ kind, k: k ?? edit.k, text, serious: false });
  }
  const { findings, breakpointHits } = view;
  for (const finding of thinned(findings)) marks.push({ kind: 'finding', ...foundOf(finding) });
  for (const k of thinned([...new Set(breakpointHits)])) {
    marks.push({ kind: 'hit', k, text: `Stopped at a breakpoint at step ${k}`, serious: false });
  }
  return { marks: thinned(marks), branches: view.facts.branches.slice(-branchLimit) };
}

const serious: ReadonlySet<string> = new Set(['nonfinite', 'divergence', 'userError', 'crash']);

/** A finding as it is shown: where it is, and how bad. */
export function foundOf({ k, name, text }: Finding): Found {
  return { k, text, serious: serious.has(name) };
}

/** The newest of the list; what is older has its place in the Debug Console. */
function thinned<T>(list: readonly T[]): readonly T[] {
  return list.slice(-limit);
}
