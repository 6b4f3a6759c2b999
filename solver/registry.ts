import { type Diagnostic, type FindingPart, ownFindings } from './core/diagnostic.ts';
import { diagnostics as general } from './diagnostics/index.ts';
import { methodDiagnostics, methods } from './methods/index.ts';
import { orderings } from './orderings/index.ts';
import { problems } from './problems/index.ts';
import { steps } from './steps/index.ts';

/** Every metric, those that only some methods have last. */
const diagnostics: readonly Diagnostic[] = [...general, ...methodDiagnostics];

/** Every part there is, by family. launch.json, quick picks, documentation and the test matrix grow from it. */
export const registry = { problems, methods, orderings, steps, diagnostics } as const;

/** Every finding there is: those of metrics, and the run's own. */
export const findings: readonly FindingPart[] = [
  ...diagnostics.flatMap(({ verdict }: Diagnostic): FindingPart[] =>
    verdict
      ? [
          {
            name: verdict.finding,
            title: verdict.title,
            summary: verdict.summary,
            options: verdict.options,
            stops: verdict.stops,
            always: null,
          },
        ]
      : [],
  ),
  ...ownFindings,
];
