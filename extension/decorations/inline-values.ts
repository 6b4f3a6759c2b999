import * as vscode from 'vscode';
import { formatNumber } from '../../solver/core/words.ts';
import type { ListingLine } from '../../solver/wire/run.ts';
import type { Context } from '../context.ts';
import { listingPath } from '../listing/lines.ts';
import { listingLanguage, listingScheme } from '../manifest.ts';
import type { RunClient } from '../run/client.ts';

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
        const { lines } = run.info.listing;
        // A line that was not reached in this update has nothing in its hands yet.
        const last = Math.min(viewPort.end.line, stoppedLocation.end.line, lines.length - 1);
        const shown = lines.slice(0, last + 1).flatMap((line, at) => {
          const expressions = at < viewPort.start.line ? [] : expressionsOf(line);
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

function expressionsOf({ phase, frame }: ListingLine): readonly string[] {
  if (frame === 'run') return ['k', 'objective'];
  if (frame === 'sweep') return ['sweep'];
  switch (phase) {
    case 'order':
      return ['block'];
    case 'gradient':
      return ['gradNorm'];
    case 'step':
      return ['stepSize', 'sharpness'];
    case 'prox':
    case 'commit':
    case undefined:
      return [];
  }
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
