import * as vscode from 'vscode';
import { formatNumber } from '../../solver/core/words.ts';
import type { ListingLine, MetricInfo } from '../../solver/wire/run.ts';
import type { Context } from '../context.ts';
import { listingPath } from '../listing/lines.ts';
import { listingLanguage, listingScheme } from '../manifest.ts';
import type { RunClient } from '../run/client.ts';
import { blockMarkdown, hoverCommands } from './block-text.ts';
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

/** What the debugger evaluates for a letter of the pseudo-code. */
function meaningOf(letter: string, metrics: readonly MetricInfo[]): string | undefined {
  const own: Readonly<Record<string, string>> = { b: 'block', sweep: 'sweep' };
  return own[letter] ?? metrics.find(({ inline }) => inline?.letter === letter)?.name;
}

/** What VS Code's debug hover evaluates in a listing. Elsewhere it gives way to the hover of `hover.ts`. */
export function registerEvaluatable({ sessions }: Context): vscode.Disposable {
  return vscode.languages.registerEvaluatableExpressionProvider(
    { language: listingLanguage, scheme: listingScheme },
    {
      provideEvaluatableExpression(document, position) {
        const found = runFor(sessions.active(), document);
        const lines = found?.lines ?? [];
        if (lines.some(({ line }) => line === position.line + 1)) return undefined;
        const range = document.getWordRangeAtPosition(position);
        const metrics = found?.run.info?.metrics ?? [];
        const expression = range && meaningOf(document.getText(range), metrics);
        return expression === undefined
          ? undefined
          : new vscode.EvaluatableExpression(range!, expression);
      },
    },
  );
}

/** VS Code's inline values at a stop: the values that each line of the listing computes. */
export function registerInlineValues({ sessions }: Context): vscode.Disposable {
  return vscode.languages.registerInlineValuesProvider(
    { language: listingLanguage, scheme: listingScheme },
    {
      async provideInlineValues(document, viewPort, { stoppedLocation }) {
        const run = sessions.current();
        if (run === null || run.info === null || !run.isPaused) return [];
        if (run.can('evaluate') !== true) return [];
        if (document.uri.path !== listingPath(run.info)) return [];
        const { listing, metrics } = run.info;
        const { lines } = listing;
        // A line that was not reached in this update has nothing in its hands yet.
        const last = Math.min(viewPort.end.line, stoppedLocation.end.line, lines.length - 1);
        const shown = lines.slice(0, last + 1).flatMap((line, at) => {
          const expressions = at < viewPort.start.line ? [] : expressionsOf(line, metrics);
          return expressions.length === 0 ? [] : [{ at, expressions }];
        });
        return Promise.all(
          shown.map(async ({ at, expressions }) => {
            const values = await Promise.all(expressions.map(name => evaluate(run, name)));
            const range = document.lineAt(at).range;
            return new vscode.InlineValueText(range, values.filter(text => text !== '').join('  '));
          }),
        );
      },
    },
  );
}

/** What a line of the listing computes: the metrics that stand there, after what counts or names. */
function expressionsOf(
  { phase, frame }: ListingLine,
  metrics: readonly MetricInfo[],
): readonly string[] {
  if (frame === 'sweep') return ['sweep'];
  if (phase === 'order') return ['block'];
  const at = frame ?? phase;
  const names = metrics.filter(({ inline }) => inline?.at === at && at !== undefined);
  return [...(frame === 'run' ? ['k'] : []), ...names.map(({ name }) => name)];
}

/** These count; a digit left out would be wrong. */
const counters: ReadonlySet<string> = new Set(['k', 'sweep']);

/** `gradNorm 3.26e-3`; '' for what this run does not measure. */
async function evaluate(run: RunClient, expression: string): Promise<string> {
  try {
    const { value, type } = await run.evaluate('source', { expression, context: 'variables' });
    const isMeasured = type === 'number' && !counters.has(expression);
    return `${expression} ${isMeasured ? formatNumber(Number(value)) : value}`;
  } catch {
    return ''; // Not every method has a step size, and a view is not the place to say so.
  }
}
