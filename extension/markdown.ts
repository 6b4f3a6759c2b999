import { printable } from '../solver/core/words.ts';

/** Text that Markdown shows as it is, on one line: no list, link, picture, entity or table of it, however it is made up. */
export function escapeMarkdown(text: string): string {
  return printable(text, 400).replaceAll(/[\\`*_{}[\]()#+\-.!|<>~&$:@]/g, '\\$&');
}

/** `[$(icon) text](command:…)` with one argument, which may hold brackets of any kind and stays whole. */
export function commandLink(icon: string, text: string, command: string, argument: string): string {
  const given = encodeURIComponent(JSON.stringify([argument])).replaceAll(
    /[()'!*~]/g,
    mark => `%${mark.charCodeAt(0).toString(16)}`,
  );
  return `[$(${icon}) ${text}](command:${command}?${given})`;
}
