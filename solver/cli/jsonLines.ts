import { catalog, type Family } from '../config/catalog.ts';
import type { Ending, Report } from './report.ts';

/** JSON lines: start, a step every N, every finding, end. */
export function jsonLines(every: number | null): Report {
  const stride = every ?? 1;
  return {
    start: ({ version, problem, method, ordering, step, seed, blocks, backend, notes }) =>
      line({
        type: 'start',
        blockstep: version,
        problem,
        method,
        ordering,
        step,
        seed,
        blocks,
        backend,
        notes,
      }),
    step({ k, sweep, block, metrics }) {
      if (stride === 0 || k % stride !== 0) return '';
      return line({ type: 'step', k, sweep, block, ...metrics });
    },
    finding: ({ k, name, block, text, evidence, stack }) =>
      line({ type: 'finding', k, name, block, text, evidence, ...(stack && { stack }) }),
    end({ status, k, sweeps, passes, seconds, objective, gap, x, text }) {
      const rest = json({ type: 'end', status, k, sweeps, passes, seconds, objective, gap });
      return `${rest.slice(0, -1)},"x":${inOrder(x)},"text":${json(text)}}\n`;
    },
  };
}

/** One line of JSON; NaN and the infinities, which JSON does not have, as strings. */
export function line(value: object): string {
  return `${json(value)}\n`;
}

function json(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'number' && !Number.isFinite(inner) ? String(inner) : inner,
  );
}

/** `{"name":values,…}` as they come; an object would put names that are whole numbers first, by size. */
function inOrder(x: Ending['x']): string {
  return `{${[...x].map(([name, values]) => `${json(name)}:${json(values)}`).join(',')}}`;
}

/** A family's parts: with json a line of JSON each, else a paragraph each. */
export function listing(family: Family, json: boolean): string {
  const parts = catalog[family];
  if (json) {
    return parts
      .map(({ name, title, source, suits, summary }) =>
        JSON.stringify({ name, title, source, suits, summary }),
      )
      .map(line => `${line}\n`)
      .join('');
  }
  return parts
    .map(
      ({ name, title, source, suits, summary }) =>
        `${name}: ${title}\n    ${summary}\n    suits: ${suits}\n    source: ${source}\n`,
    )
    .join('');
}
