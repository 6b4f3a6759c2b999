import type { MethodPart } from '../core/method.ts';
import type { Problem } from '../core/problem.ts';
import { printable } from '../core/words.ts';
import type { Listing, ListingLine } from '../wire/protocol.ts';

/** The method's pseudo-code with one line a block beneath it. */
export function listingOf(method: MethodPart, problem: Problem): Listing {
  const lines: ListingLine[] = [
    { text: `# ${method.title} — ${method.summary}` },
    { text: `# ${method.source}` },
    { text: `# ${printable(problem.name)}` },
    { text: '' },
    ...method.listing,
    { text: '' },
    ...problem.blocks.map(block => ({
      text: `block ${printable(block.name)}${block.size > 1 ? `  (${block.size})` : ''}`,
      block: block.name,
    })),
  ];
  return { title: `${method.name}-${problem.name}`, lines };
}
