import * as vscode from 'vscode';
import type { Context } from '../context.ts';
import { listingLanguage } from '../manifest.ts';
import { blockMarkdown, hoverCommands } from './block-markdown.ts';
import { runFor } from './inline-convergence.ts';

/** What stands behind a block's bars: every metric with its formula, and what can be done with the block. */
export function registerHover({ sessions }: Context): vscode.Disposable {
  const languages = [listingLanguage, 'typescript', 'javascript'];
  return vscode.languages.registerHoverProvider(languages, {
    provideHover(document, position) {
      const found = runFor(sessions.active(), document);
      const at = found?.lines.find(({ line }) => line === position.line + 1);
      if (found === null || at === undefined) return undefined;
      const markdown = new vscode.MarkdownString(blockMarkdown(found.run, at.block));
      markdown.isTrusted = { enabledCommands: hoverCommands };
      markdown.supportThemeIcons = true;
      return new vscode.Hover(markdown, document.lineAt(position.line).range);
    },
  });
}
