import * as vscode from 'vscode';
import type { Context } from '../context.ts';
import { listingLanguage, listingScheme } from '../manifest.ts';
import { runFor } from './inline-convergence.ts';

/** Letters of the pseudo-code that stand for something that can be asked for. */
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
