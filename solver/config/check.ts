import type { Options, PartMeta, Refusal } from '../core/part.ts';
import { refuse } from '../core/words.ts';
import { attributes, type CheckedConfig, type Raw } from './attributes.ts';
import type { Catalog } from './catalog.ts';
import { isModulePath, namesOf, unknownName } from './names.ts';
import { filledFindings, filledOptions } from './options.ts';
import { wrongValue } from './values.ts';

/**
 * The complete configuration, or the first refusal. Pure. Refusals come in this order: unknown names, values of the wrong
 * type or out of range, parts that do not fit together, features not implemented yet. Whether a method suits a problem is
 * known only once the problem is built; the engine therefore calls `readConfig`, then checks the parts, then calls
 * `refuseLate`, to keep the order.
 */
export function checkConfig(raw: Raw, catalog: Catalog): CheckedConfig | Refusal {
  const config = readConfig(raw, catalog);
  if ('refusal' in config) return config;
  return firstUnsuited(config, catalog) ?? refuseLate(raw, config, catalog) ?? config;
}

/** Checks names, types and ranges: all that can be checked before the problem is built. */
export function readConfig(raw: Raw, catalog: Catalog): CheckedConfig | Refusal {
  return unknownName(raw, catalog) ?? wrongValue(raw, catalog) ?? filled(raw, catalog);
}

/** Refusals that come after unsuitable parts: a criterion, or a feature not implemented yet. */
export function refuseLate(raw: Raw, config: CheckedConfig, catalog: Catalog): Refusal | null {
  return impossibleCriterion(config, catalog) ?? firstUnbuilt(raw);
}

/** The checked attributes, with defaults for those left out. */
function filled(raw: Raw, catalog: Catalog): CheckedConfig {
  const given = <T>(name: string): T | null => (raw[name] as T | undefined) ?? null;
  const problem = raw['problem'] as string;
  const method = given<string>('method') ?? attributes.method.default;
  const ordering = given<string>('ordering') ?? attributes.ordering.default;
  const step = given<string>('step') ?? attributes.step.default;
  const options = (name: string, parts: readonly PartMeta[], part: string): Options =>
    filledOptions(given<Options>(name) ?? {}, parts.find(({ name }) => name === part) ?? null);
  return {
    problem: isModulePath(problem)
      ? { kind: 'module', path: problem }
      : { kind: 'builtIn', name: problem },
    data: given('data'),
    target: given('target'),
    start: given('start'),
    problemOptions: options('problemOptions', catalog.problems, problem),
    blocks: given<CheckedConfig['blocks']>('blocks') ?? attributes.blocks.default,
    method,
    methodOptions: options('methodOptions', catalog.methods, method),
    ordering,
    orderingOptions: options('orderingOptions', catalog.orderings, ordering),
    step,
    stepOptions: options('stepOptions', catalog.steps, step),
    diagnostics: given<readonly string[]>('diagnostics'),
    findings: filledFindings(given('findings'), catalog.findings),
    seed: given<number>('seed') ?? attributes.seed.default,
    stopOnEntry: given<boolean>('stopOnEntry') ?? attributes.stopOnEntry.default,
    stopWhen: given('stopWhen'),
    trace: given('trace'),
    cwd: given<string>('cwd') ?? '.',
  };
}

/** Refuses the first part that does not fit the others, as far as the catalog tells: ordering, step rule, metrics. */
export function firstUnsuited(config: CheckedConfig, catalog: Catalog): Refusal | null {
  return (
    unsuitedOrdering(config, catalog) ??
    unsuitedStep(config, catalog) ??
    unsuitedMetric(config, catalog)
  );
}

function unsuitedOrdering(config: CheckedConfig, catalog: Catalog): Refusal | null {
  const { method, ordering } = config;
  const needsEach = catalog.methods.find(({ name }) => name === method)?.eachBlockOnce === true;
  const visitsEach =
    catalog.orderings.find(({ name }) => name === ordering)?.eachBlockOnce === true;
  if (!needsEach || visitsEach) return null;
  const fitting = namesOf(catalog.orderings.filter(({ eachBlockOnce }) => eachBlockOnce));
  const wrong = `does not visit each block exactly once a sweep, which ${method} needs`;
  return refuse('ordering', ordering, wrong, fitting.join(', '));
}

function unsuitedStep({ method, step }: CheckedConfig, catalog: Catalog): Refusal | null {
  const rules = catalog.methods.find(({ name }) => name === method)?.stepRules ?? [step];
  return rules.includes(step)
    ? null
    : refuse('step', step, `is not a step rule that ${method} takes`, rules.join(', '));
}

function unsuitedMetric(config: CheckedConfig, catalog: Catalog): Refusal | null {
  const { diagnostics, method } = config;
  const others = (wanted: string) =>
    namesOf(catalog.diagnostics)
      .filter(name => name !== wanted)
      .join(', ');
  if (diagnostics?.includes('gap') === true && !hasGap(config, catalog)) {
    return refuse('diagnostics', 'gap', `is not known for ${nameOf(config)}`, others('gap'));
  }
  const offers = catalog.methods.find(({ name }) => name === method)?.certificate !== false;
  return diagnostics?.includes('certificate') === true && !offers
    ? refuse('diagnostics', 'certificate', `is not offered by ${method}`, others('certificate'))
    : null;
}

/** Refuses a criterion on the gap for a problem that has none. */
export function impossibleCriterion(config: CheckedConfig, catalog: Catalog): Refusal | null {
  const { stopWhen } = config;
  const name = (['gap', 'relativeGap'] as const).find(key => stopWhen?.[key] !== undefined);
  return name === undefined || hasGap(config, catalog)
    ? null
    : refuse(
        `stopWhen.${name}`,
        stopWhen?.[name],
        `needs a duality gap, which ${nameOf(config)} does not have`,
        'stationarity, relativeStationarity, objective, steps, sweeps, seconds',
      );
}

function hasGap({ problem }: CheckedConfig, catalog: Catalog): boolean {
  if (problem.kind === 'module') return false;
  return catalog.problems.find(({ name }) => name === problem.name)?.hasGap === true;
}

function nameOf({ problem }: CheckedConfig): string {
  return problem.kind === 'module' ? 'a problem module' : problem.name;
}

/** Refuses features that the interface names and this version does not implement yet. */
export function firstUnbuilt({ data }: Raw): Refusal | null {
  if (typeof data === 'string' && isIdx(data)) {
    return refuse(
      'data',
      data,
      'is an idx file, which cannot be read yet',
      'csv with a header, libsvm text, npy, npz',
    );
  }
  return null;
}

/** MNIST's format, by its usual names: `train.idx`, `train-images-idx3-ubyte`, `….idx3-ubyte.gz`. */
function isIdx(path: string): boolean {
  return /\.idx\d?(\.gz)?$|[.-]idx\d-ubyte(\.gz)?$/i.test(path);
}
