import { version } from '../../package.json';
import type { Diagnostic } from '../core/diagnostic.ts';
import { registry } from '../registry.ts';
import type { BlockInfo, MetricInfo, RunInfo } from '../wire/protocol.ts';
import { listingOf } from './listing.ts';
import { defaults, orderingRefusal, type Recipe } from './recipe.ts';

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
    backend: 'js',
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
    listing: listingOf(methodPart, problem),
    module: declarations?.module ?? null,
    orderings: registry.orderings
      .filter(part =>
        part.name === 'custom'
          ? !methodPart.eachBlockOnce
          : orderingRefusal(part, defaults(part.options), methodPart, problem) === null,
      )
      .map(({ name, title }) => ({ name, title })),
    stepSizeFixed: methodPart.stepSizeFixed,
    lowerBound: problem.lowerBound,
    parameters: problem.parameters,
    notes: recipe.notes,
    stopOnEntry: config.stopOnEntry,
  };
}

function metricInfo({ name, title, formula, unit, scale, cost, of }: Diagnostic): MetricInfo {
  return { name, title, formula, unit, scale, cost, of };
}
