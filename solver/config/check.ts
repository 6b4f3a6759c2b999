import type { Options, PartMeta, Refusal } from '../core/part.ts';
import { attributes } from './attributes.ts';
import type { Catalog } from './catalog.ts';
import type { CheckedConfig, Raw } from './checked.ts';
import { filledFindings } from './findings.ts';
import { isModulePath, unknownName } from './names.ts';
import { filledOptions } from './options.ts';
import { firstUnbuilt, firstUnsuited, impossibleCriterion } from './suits.ts';
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
