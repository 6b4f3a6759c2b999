import type { CheckedConfig, StopWhen } from '../config/attributes.ts';
import { knownLipschitz, lacks } from '../core/capability.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import type { MethodPart, StepRule } from '../core/method.ts';
import type { OrderingPart } from '../core/ordering.ts';
import type { Options, Refusal } from '../core/part.ts';
import type { Problem } from '../core/problem.ts';
import { refuse } from '../core/words.ts';
import { registry } from '../registry.ts';
import type { Judged } from './measure/findings.ts';

/** Names of the methods that take the problem with their default options. */
export function suitableMethods(problem: Problem): string {
  return registry.methods
    .filter(part => methodRefusal(part, problem, defaults(part.options)) === null)
    .map(part => part.name)
    .join(', ');
}

function names(parts: readonly { readonly name: string }[], between = ', '): string {
  return parts.map(part => part.name).join(between);
}

/** Why a method does not suit the problem: it lacks what the method needs, or the options do not fit it. */
export function methodRefusal(
  part: MethodPart,
  problem: Problem,
  options: Options,
): ReturnType<MethodPart['refuses']> {
  const wrong = lacks(problem, part.needs);
  return wrong === null
    ? part.refuses(problem, options)
    : { attribute: 'method', value: part.name, wrong, accepted: null };
}

/** Why an ordering does not fit the method and the blocks, or null. */
export function orderingRefusal(
  part: OrderingPart,
  options: Options,
  method: MethodPart,
  problem: Problem,
): { attribute: string; value: string; wrong: string; accepted: string } | null {
  if (method.eachBlockOnce && !part.eachBlockOnce) {
    const accepted = registry.orderings
      .filter(other => other.eachBlockOnce)
      .map(other => other.name)
      .join(', ');
    return {
      attribute: 'ordering',
      value: part.name,
      wrong: `does not visit each block once a sweep, which ${method.name} needs`,
      accepted,
    };
  }
  if (method.choosesBlocks && !part.ofAny) {
    return {
      attribute: 'ordering',
      value: part.name,
      wrong: `needs all blocks of the problem, and ${method.name} chooses those of a sweep itself`,
      accepted: registry.orderings
        .filter(other => other.ofAny)
        .map(other => other.name)
        .join(', '),
    };
  }
  const fault = part.fits(options, problem.blocks);
  return fault && { attribute: 'orderingOptions', value: part.name, ...fault };
}

export function find<T extends { readonly name: string }>(family: readonly T[], name: string): T {
  const part = family.find(candidate => candidate.name === name);
  if (!part) throw new Error(`no part ${name}`);
  return part;
}

/** The defaults of a part's options. */
export function defaults(options: MethodPart['options']): Options {
  return Object.fromEntries(Object.entries(options).map(([name, spec]) => [name, spec.default]));
}

/** The step rule that will be used: the configured one, or backtracking where L_b is unknown. */
export function effectiveStep(
  problem: Problem,
  config: CheckedConfig,
  method: MethodPart,
  notes: string[],
): string | Refusal {
  const { step } = config;
  if (!method.stepRules.includes(step)) {
    return refuse(
      'step',
      step,
      `does not suit ${method.name}${method.stepSizeFixed ? `: ${method.stepSizeFixed}` : ''}`,
      method.stepRules.join(', '),
    );
  }
  const fault = method.refusesStep?.(step, config.methodOptions);
  if (fault) return refuse('step', step, fault.wrong, fault.accepted);
  if (step === 'fixed' && config.stepOptions['size'] === null)
    return refuse('stepOptions.size', 'null', 'is required by the fixed step', 'a number > 0');
  if (step !== 'lipschitz' || method.knowsStep(problem)) return step;
  if (!method.stepRules.includes('backtracking')) {
    return refuse(
      'method',
      method.name,
      `needs the L_b of every block, which ${problem.name} does not give`,
      `${names(registry.methods.filter(part => part.stepRules.includes('backtracking')))}, a lipschitz function in the module, or step "fixed"`,
    );
  }
  const [first] = problem.blocks;
  const given =
    first && knownLipschitz(problem, problem.newCache(problem.start), problem.start, first);
  const lacking =
    given == null
      ? 'The module gives no lipschitz'
      : `The module’s lipschitz bounds single blocks and not what ${method.name} moves at once`;
  notes.push(`${lacking}: step sizes come from probing the curvature and backtracking.`);
  return 'backtracking';
}

export function chooseDiagnostics(
  problem: Problem,
  config: CheckedConfig,
  method: MethodPart,
): readonly Diagnostic[] | Refusal {
  if (config.diagnostics === null) {
    return registry.diagnostics.filter(
      part => part.byDefault && part.fits(problem, method) === null,
    );
  }
  const chosen: Diagnostic[] = [];
  for (const name of config.diagnostics) {
    const part = find<Diagnostic>(registry.diagnostics, name);
    const fault = part.fits(problem, method);
    if (fault) {
      const others = registry.methods.filter(other => part.fits(problem, other) === null);
      const accepted = others.length === 0 ? [] : [`the method ${names(others, ' or ')}`];
      return refuse('diagnostics', name, fault.wrong, [...accepted, fault.accepted].join(', or '));
    }
    if (!chosen.includes(part)) chosen.push(part);
  }
  return chosen;
}

/**
 * With those that stand beside them, and those that say for which updates of a step rule that searches a metric's limit does
 * not hold. Where a criterion asks for the gap, a chart's metric on a logarithmic axis costs nothing more.
 */
export function withCompanions(
  diagnostics: readonly Diagnostic[],
  problem: Problem,
  method: MethodPart,
  { searches }: StepRule,
  stopWhen: StopWhen,
): readonly Diagnostic[] {
  const judgesGap = stopWhen.gap !== undefined || stopWhen.relativeGap !== undefined;
  const names = diagnostics.flatMap(({ beside, draw }) => [
    typeof beside === 'function' ? beside(problem) : beside,
    searches ? draw.limit?.unless : null,
    judgesGap ? draw.onLog : null,
  ]);
  const needed = registry.diagnostics.filter(
    (part: Diagnostic) =>
      names.includes(part.name) &&
      !diagnostics.includes(part) &&
      part.fits(problem, method) === null,
  );
  return [...diagnostics, ...needed];
}

/** Every verdict that is not switched off, of the metrics that can be had here, with its thresholds. */
export function judgedBy(
  problem: Problem,
  config: CheckedConfig,
  method: MethodPart,
): readonly Judged[] {
  return registry.diagnostics.flatMap(({ verdict, fits }: Diagnostic) => {
    const options = verdict && config.findings[verdict.finding];
    if (!verdict || !options || fits(problem, method) !== null) return [];
    return verdict.fits?.(method) === false ? [] : [{ verdict, method, options }];
  });
}

export function chooseStopping(problem: Problem, config: CheckedConfig): StopWhen | Refusal {
  const when = config.stopWhen;
  if (when === null)
    return problem.certificate
      ? { relativeGap: 1e-10, sweeps: 1000 }
      : { relativeStationarity: 1e-8, sweeps: 1000 };
  for (const name of ['gap', 'relativeGap'] as const) {
    if (when[name] !== undefined && !problem.certificate) {
      return refuse(
        `stopWhen.${name}`,
        String(when[name]),
        `is not available: ${problem.name} has no duality gap`,
        'stationarity, relativeStationarity, objective, steps, sweeps, seconds',
      );
    }
  }
  return when;
}

/**
 * Blocks that a run has at most. Each has its name, its numbers in the state and its lines in the views: a million of them take
 * 0.6 GB in the solver’s process and 0.4 GB beside it.
 */
export const MOST_BLOCKS = 2 ** 20;

/** More blocks than there is memory for, with blocks that would fit; null: they fit. */
export function tooManyBlocks({ blocks, size }: Problem, config: CheckedConfig): Refusal | null {
  if (blocks.length <= MOST_BLOCKS) return null;
  const wrong = `makes ${blocks.length} blocks of ${size} coordinates, and a run has ${MOST_BLOCKS} at most`;
  if (config.problem.kind === 'module')
    return refuse('problem', config.problem.path, wrong, 'a problem of larger blocks');
  // One block may be the intercept's.
  const least = Math.ceil(size / (MOST_BLOCKS - 1));
  return refuse('blocks', config.blocks, wrong, `{"size": ${least}} or larger blocks`);
}
