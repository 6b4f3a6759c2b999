import type { Diagnostic } from '../core/diagnostic.ts';
import { isRefusal, type PartMeta } from '../core/part.ts';
import type { ProblemPart } from '../core/problem.ts';
import { jsKernels } from '../kernels/index.ts';
import { findings, registry } from '../registry.ts';
import type { Catalog } from './catalog.ts';
import { pages } from './docs.ts';
import { filledOptions } from './options.ts';

/** What is derived from the registry: the catalog, and the pages of docs/ by path. scripts/generate.mjs writes them. */
export function derive(): { catalog: Catalog; docs: readonly (readonly [string, string])[] } {
  const catalog = catalogOf();
  const listings = new Map(
    registry.methods.map(({ name, listing }) => [name, listing.map(({ text }) => text)]),
  );
  return { catalog, docs: pages(catalog, listings) };
}

/** The registry's parts as plain data. */
export function catalogOf(): Catalog {
  return {
    problems: registry.problems.map(part => ({
      ...meta(part),
      exampleData: part.exampleData,
      hasGap: hasGap(part),
    })),
    methods: registry.methods.map(part => ({
      ...meta(part),
      eachBlockOnce: part.eachBlockOnce,
      stepRules: part.stepRules,
      certificate: part.certificate,
    })),
    orderings: registry.orderings.map(part => ({
      ...meta(part),
      eachBlockOnce: part.eachBlockOnce,
    })),
    steps: registry.steps.map(meta),
    diagnostics: registry.diagnostics.map((part: Diagnostic) => ({
      ...meta(part),
      cost: part.cost,
      byDefault: part.byDefault,
      finding: part.verdict?.finding ?? null,
    })),
    findings,
  };
}

function meta({ name, title, summary, source, suits, options }: PartMeta): PartMeta {
  return { name, title, summary, source, suits, options };
}

/** Does the problem, built on four rows and two columns, offer a gap? A problem that takes no data is asked as it is. */
function hasGap(part: ProblemPart): boolean {
  const X = {
    kind: 'dense',
    rows: 4,
    columns: 2,
    values: Float64Array.of(1, 2, 3, 5, 1, -1, 2, 0),
  } as const;
  const y = Float64Array.of(0, 1, 1, 0);
  const data = { source: 'example', columns: ['a', 'b'], X, y, target: 'y' };
  const problem = part.build({
    data: part.exampleData === null ? null : data,
    options: filledOptions({}, part),
    blocks: 'natural',
    files: {},
    seed: 1,
    kernels: jsKernels,
    poll() {},
  });
  return !isRefusal(problem) && problem.certificate !== null;
}
