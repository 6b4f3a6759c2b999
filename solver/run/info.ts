import { version } from '../../package.json';
import type { Diagnostic } from '../core/diagnostic.ts';
import type { MethodPart } from '../core/method.ts';
import type { Problem } from '../core/problem.ts';
import { printable } from '../core/words.ts';
import { findings, ownFindings, registry } from '../registry.ts';
import type { Abilities } from '../wire/facts.ts';
import {
  type BlockInfo,
  type Listing,
  type ListingLine,
  linesOf,
  type MetricInfo,
  type RunInfo,
} from '../wire/run.ts';
import { defaults, orderingRefusal } from './fitting.ts';
import type { Recipe } from './recipe.ts';

/** Where a problem module declares its blocks. */
export interface Declarations {
  readonly module: string;
  readonly declared: ReadonlyMap<string, { readonly line: number; readonly column: number }>;
}

/** What the host and the panel are told of a run before its first step. */
export function runInfo(recipe: Recipe, declarations: Declarations | null): RunInfo {
  const { problem, methodPart, config, step } = recipe;
  return {
    version,
    node: process.version,
    problem: problem.name,
    method: methodPart.name,
    ordering: config.ordering,
    step: step.name,
    seed: recipe.seed,
    backend: recipe.backend.name,
    backendReason: recipe.backend.reason,
    abilities: abilitiesOf(recipe),
    blocks: problem.blocks.map((block): BlockInfo => {
      const place = declarations?.declared.get(block.name);
      return {
        name: block.name,
        size: block.size,
        declared:
          declarations && place
            ? { path: declarations.module, line: place.line, column: place.column }
            : null,
      };
    }),
    metrics: recipe.diagnostics.map(metricInfo),
    unmeasured: registry.diagnostics
      .filter(part => part.byDefault && !recipe.diagnostics.some(({ name }) => name === part.name))
      .filter(part => part.fits(problem, methodPart) === null)
      .map(({ name, title }) => ({ name, title })),
    findings: findings
      .filter(({ name }) => isWatched(recipe, name))
      .map(({ name, title, summary }) => {
        return { name, title, summary, thresholds: config.findings[name] ?? {} };
      }),
    listing: listingOf(methodPart, problem),
    module: declarations?.module ?? null,
    orderings: orderingsOf(recipe),
    parameters: problem.parameters,
    notes: recipe.notes,
    stopOnEntry: config.stopOnEntry,
  };
}

/** Is the finding on, and is what it needs there? */
function isWatched({ config, verdicts }: Recipe, name: string): boolean {
  const own = ownFindings.some(part => part.name === name);
  return (
    config.findings[name] !== undefined &&
    (own || verdicts.some(({ verdict }) => verdict.finding === name))
  );
}

/** The orderings this run may be swapped to: those the method and the problem accept. */
function orderingsOf({ methodPart, problem }: Recipe): RunInfo['orderings'] {
  const accepted = registry.orderings.filter(part =>
    part.name === 'custom'
      ? !methodPart.eachBlockOnce
      : orderingRefusal(part, defaults(part.options), methodPart, problem) === null,
  );
  return accepted.map(({ name, title }) => ({ name, title }));
}

/** The engine computes, so it can do everything that the method allows. */
function abilitiesOf(recipe: Recipe): Abilities {
  const { methodPart, method, problem } = recipe;
  const swaps = orderingsOf(recipe).some(({ name }) => name !== recipe.config.ordering);
  const parameters = Object.keys(method.parameters).length > 0;
  return {
    stepUpdate: true,
    stepPhase: true,
    stepSweep: true,
    continue: true,
    pause: true,
    back: true,
    goTo: true,
    editOrdering:
      swaps || `${methodPart.name} accepts no other ordering of the blocks of ${problem.name}.`,
    editStepSize: methodPart.stepSizeFixed ?? true,
    editFrozen: true,
    editValue: true,
    editParameter: parameters || `${methodPart.name} has no parameters that could be set.`,
    fork: true,
    replay: true,
    evaluate: true,
    conditions: true,
    breakpoints: true,
  };
}

export function metricInfo(diagnostic: Diagnostic): MetricInfo {
  const { name, title, formula, unit, scale, cost, of, byDefault, draw, inline } = diagnostic;
  const info = { name, title, formula, unit, scale, cost, of, byDefault, draw };
  return inline ? { ...info, inline } : info;
}

/** The method's pseudo-code with one line a block beneath it. */
export function listingOf(method: MethodPart, problem: Problem): Listing {
  const lines: ListingLine[] = [
    { text: `# ${method.title} — ${method.summary}` },
    { text: `# ${method.source}` },
    { text: `# ${printable(problem.name)}` },
    { text: '' },
    ...method.listing,
    { text: '' },
  ];
  // One by one: a call takes no million arguments.
  for (const line of linesOf(problem.blocks)) lines.push(line);
  return { title: `${method.name}-${problem.name}`, lines };
}
