import type { Diagnostic, FindingPart } from './core/diagnostic.ts';
import { diagnostics as general } from './diagnostics/index.ts';
import { methodDiagnostics, methods } from './methods/index.ts';
import { orderings } from './orderings/index.ts';
import { problems } from './problems/index.ts';
import { steps } from './steps/index.ts';

/** Every metric, those that only some methods have last. */
const diagnostics: readonly Diagnostic[] = [...general, ...methodDiagnostics];

/** Every part there is, by family. launch.json, quick picks, documentation and the test matrix grow from it. */
export const registry = { problems, methods, orderings, steps, diagnostics } as const;

/** Findings that come from the run itself and from problem modules, not from a metric. */
export const ownFindings: readonly FindingPart[] = [
  {
    name: 'nonfinite',
    title: 'Not finite',
    summary: 'A value is NaN or infinite.',
    options: {},
    stops: true,
    always: 'the first value that is not finite ends the run',
  },
  {
    name: 'gradientMismatch',
    title: 'Gradient mismatch',
    summary: 'A module’s gradient differs from finite differences.',
    options: {},
    stops: true,
    always: null,
  },
  {
    name: 'notDeterministic',
    title: 'Not deterministic',
    summary: 'A module’s function gave two values at one point.',
    options: {},
    stops: null,
    always: null,
  },
  {
    name: 'userError',
    title: 'Error in the module',
    summary: 'A module’s function threw.',
    options: {},
    stops: null,
    always: 'the run cannot go on after it',
  },
  {
    name: 'deviceLost',
    title: 'Graphics device lost',
    summary: 'The graphics device was lost or computed wrongly; the processor goes on.',
    options: {},
    stops: null,
    always: 'what computes has changed, and the run goes on',
  },
  {
    name: 'crash',
    title: 'Crash',
    summary: 'The solver process ended unexpectedly.',
    options: {},
    stops: null,
    always: 'no run is left that could go on',
  },
  {
    name: 'traceDiffers',
    title: 'Trace differs',
    summary: 'A replayed trace differs from the recorded one.',
    options: {},
    stops: null,
    always: 'from there on it is a different run',
  },
];

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
