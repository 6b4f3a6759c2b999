import * as vscode from 'vscode';
import type { Context } from '../context.ts';
import { listingLanguage, listingScheme } from '../manifest.ts';
import { blockMarkdown, hoverCommands } from './block-markdown.ts';
import { runFor } from './inline-convergence.ts';

/** The hover of a block's bars: every metric with its formula, and commands for the block. */
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

/** Letters of the pseudo-code that the debugger can evaluate. */
const expressions: Readonly<Record<string, string>> = {
  b: 'block',
  g: 'gradNorm',
  sweep: 'sweep',
};

/** What VS Code's debug hover evaluates in a listing. Elsewhere it gives way to the hover of `hover.ts`. */
export function registerEvaluatable({ sessions }: Context): vscode.Disposable {
  return vscode.languages.registerEvaluatableExpressionProvider(
    { language: listingLanguage, scheme: listingScheme },
    {
      provideEvaluatableExpression(document, position) {
        const lines = runFor(sessions.active(), document)?.lines ?? [];
        if (lines.some(({ line }) => line === position.line + 1)) return undefined;
        const range = document.getWordRangeAtPosition(position);
        const expression = range && expressions[document.getText(range)];
        return expression === undefined
          ? undefined
          : new vscode.EvaluatableExpression(range!, expression);
      },
    },
  );
}
