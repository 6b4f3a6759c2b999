import type { Diagnostic } from '../core/diagnostic.ts';
import { isRefusal, type OptionSpec, type PartMeta } from '../core/part.ts';
import type { ProblemPart } from '../core/problem.ts';
import { jsKernels } from '../kernels/index.ts';
import { findings, registry } from '../registry.ts';
import { attributes, criteria } from './attributes.ts';
import type { Catalog, Family } from './catalog.ts';
import { acceptedBy, filledOptions } from './options.ts';

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

/** What each page begins with: its title, and what an attribute of launch.json chooses from it. */
const heads: Readonly<Record<Family, readonly [string, string]>> = {
  problems: [
    'Problems',
    'What is minimised: F(x) = f(x) + r(x), f smooth, r separable over the blocks. Chosen by `problem`, set by `problemOptions`. A [problem module](problem-modules.md) is a problem too.',
  ],
  methods: ['Methods', 'How a block moves. Chosen by `method`, set by `methodOptions`.'],
  orderings: [
    'Orderings',
    'Which block moves next. Chosen by `ordering`, set by `orderingOptions`; an ordering can be swapped while a run is stopped.',
  ],
  steps: ['Step rules', 'How far a block moves. Chosen by `step`, set by `stepOptions`.'],
  diagnostics: [
    'Diagnostics',
    'The metrics a run records. Chosen by `diagnostics`, a list of names. Metrics of a block are read at every update, metrics of a sweep when it ends; where X has 2²⁰ entries or more they cost a good part of the sweep, and are taken (and the criteria judged) at the end of the first sweep and of every fourth. Values requested at a stop are always computed.',
  ],
};

const NOTE =
  '<!-- Generated from the registry by `npm run generate`; edit the part, not this page. -->\n';

/** The pages of docs/ that grow from the registry: path and text. `listings` is each method's pseudo-code. */
export function pages(
  catalog: Catalog,
  listings: ReadonlyMap<string, readonly string[]>,
): readonly (readonly [string, string])[] {
  const families = Object.keys(heads) as Family[];
  return [
    ['docs/launch.md', launchPage()],
    ...families.map(family => [`docs/${family}.md`, page(catalog, family, listings)] as const),
    ['docs/findings.md', findingsPage(catalog)],
  ];
}

function page(
  catalog: Catalog,
  family: Family,
  listings: ReadonlyMap<string, readonly string[]>,
): string {
  const [title, intro] = heads[family];
  const sections = catalog[family].map(part =>
    [
      `## ${part.title}`,
      `\`${part.name}\`${factsOf(catalog, family, part.name)}: ${part.summary}`,
      `Suits: ${part.suits}.`,
      `Source: ${part.source}.`,
      ...listingBlock(listings.get(part.name)),
      ...optionTable(part.options),
    ].join('\n\n'),
  );
  return `${[`${NOTE}\n# ${title}`, intro, ...sections].join('\n\n')}\n`;
}

/** Facts about a part from the catalog, in brackets. */
function factsOf(catalog: Catalog, family: Family, name: string): string {
  if (family === 'problems') {
    const entry = catalog.problems.find(part => part.name === name);
    return entry?.exampleData == null ? '' : ` (example data: \`${entry.exampleData}\`)`;
  }
  if (family === 'methods') {
    const { stepRules, certificate } = catalog.methods.find(part => part.name === name)!;
    const rules = stepRules.map(rule => `\`${rule}\``).join(', ');
    return ` (step: ${rules}${certificate ? '; has the metric `certificate`' : ''})`;
  }
  if (family !== 'diagnostics') return '';
  const entry = catalog.diagnostics.find(part => part.name === name);
  return ` (at each ${entry?.cost === 'sweep' ? 'sweep’s end' : 'update'}${entry?.byDefault ? ', by default' : ''})`;
}

function listingBlock(lines: readonly string[] | undefined): string[] {
  return lines === undefined ? [] : [`\`\`\`text\n${lines.join('\n')}\n\`\`\``];
}

function optionTable(options: PartMeta['options']): string[] {
  const rows = Object.entries(options).map(
    ([name, spec]) =>
      `| \`${name}\` | ${cell(defaultText(spec))} | ${cell(acceptedBy(spec))} | ${cell(spec.description)} |`,
  );
  if (rows.length === 0) return [];
  return [
    ['| option | default | accepted | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n'),
  ];
}

function defaultText(spec: OptionSpec): string {
  return spec.default === null ? 'none' : `\`${JSON.stringify(spec.default)}\``;
}

function launchPage(): string {
  const rows = Object.entries(attributes).map(([name, { description, default: value }]) => {
    const shown = value === null ? '' : `\`${JSON.stringify(value)}\``;
    return `| \`${name}\` | ${shown} | ${cell(description)} |`;
  });
  const limits = Object.entries(criteria).map(([name, text]) => `| \`${name}\` | ${cell(text)} |`);
  return `${[
    `${NOTE}\n# launch.json`,
    'A configuration with only `type`, `request`, `name` and `problem` runs. Every value is used, or refused in one sentence. `blockstep run` takes the same attributes.',
    ['| attribute | default | meaning |', '| --- | --- | --- |', ...rows].join('\n'),
    '## stopWhen',
    ['| criterion | the run ends when |', '| --- | --- |', ...limits].join('\n'),
  ].join('\n\n')}\n`;
}

/** What a run is watched for: each finding with the metric it is judged by and its thresholds. */
function findingsPage({ findings, diagnostics }: Catalog): string {
  const sections = findings.map(({ name, title, summary, options, stops, always }) => {
    const metric = diagnostics.find(({ finding }) => finding === name);
    return [
      `## ${title}`,
      `\`${name}\`${metric ? ` (judged by \`${metric.name}\`)` : ''}: ${summary}`,
      `${stopText(stops)} ${always === null ? `\`"findings": { "${name}": false }\` switches it off.` : `It cannot be switched off: ${always}.`}`,
      ...optionTable(options),
    ].join('\n\n');
  });
  const intro =
    'What can go wrong in a run. A finding is reported once per episode. Set by `findings` in launch.json: a name → `false`, or thresholds. What a finding needs is measured while it is on, whichever metrics are recorded.';
  return `${[`${NOTE}\n# Findings`, intro, ...sections].join('\n\n')}\n`;
}

function stopText(stops: boolean | null): string {
  if (stops === null) return 'It has no exception breakpoint.';
  return stops
    ? 'A debugger stops at it by default.'
    : 'A debugger stops at it if its exception breakpoint is switched on.';
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
