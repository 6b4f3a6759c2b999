import type { Family } from '../config/catalog.ts';
import { catalog } from '../config/catalogData.ts';

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
