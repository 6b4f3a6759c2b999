import type { CheckedConfig, StopWhen } from '../config/checked.ts';
import {
  type Bulk,
  bulkOf,
  knownLipschitz,
  lacks,
  positiveCurvature,
  sharpnessOf,
} from '../core/capability.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import type { Method, MethodPart, StepRule } from '../core/method.ts';
import type { Ordering, OrderingPart } from '../core/ordering.ts';
import type { Options, Refusal } from '../core/part.ts';
import type { Block, Poll, Problem } from '../core/problem.ts';
import { normals, stream } from '../core/random.ts';
import { refuse } from '../core/words.ts';
import { type Backend, chooseBackend } from '../kernels/index.ts';
import { memo } from '../problems/memo.ts';
import { registry } from '../registry.ts';
import type { Judged } from './findings.ts';

/** What a run is made from: with the edits and k it fixes every bit of the state. */
export interface Recipe {
  readonly config: CheckedConfig;
  readonly problem: Problem;
  readonly methodPart: MethodPart;
  readonly method: Method;
  /** Another one, with arrays of its own. */
  readonly newMethod: () => Method;
  readonly step: StepRule;
  readonly x0: Float64Array;
  /** First step of a block that backtracking starts from: 1/L_b, or 1 over the probed curvature; 1 where f is flat. */
  readonly firstStep: (block: Block) => number;
  /**
   * L_b at the start; where the problem does not know it the curvature probed there, 0 where that found none. A module is
   * asked for it when it is first needed: its functions may take seconds.
   */
  readonly lipschitz: (block: Block) => number;
  readonly diagnostics: readonly Diagnostic[];
  /** The findings that are on and have what they need here. */
  readonly verdicts: readonly Judged[];
  readonly stopWhen: StopWhen;
  /** Work over all blocks at once. */
  readonly bulk: Bulk;
  /** What computes, resolved once. */
  readonly backend: Backend;
  readonly seed: number;
  readonly notes: readonly string[];
}

/** Fits the parts of a checked configuration to a problem, or says in one sentence why they do not fit. `given`: a start read from a file. */
export function assemble(
  problem: Problem,
  config: CheckedConfig,
  poll: Poll,
  given: Float64Array | null = null,
  backend: Backend = chooseBackend('auto'),
): Recipe | Refusal {
  const methodPart = find(registry.methods, config.method);
  const notes = [...problem.notes];

  const unsuited = methodRefusal(methodPart, problem, config.methodOptions);
  if (unsuited) {
    const accepted = unsuited.accepted ?? suitableMethods(problem);
    return refuse(unsuited.attribute, unsuited.value, unsuited.wrong, accepted);
  }

  const orderingPart = find(registry.orderings, config.ordering);
  const orderingFault = orderingRefusal(orderingPart, config.orderingOptions, methodPart, problem);
  if (orderingFault)
    return refuse(
      orderingFault.attribute,
      orderingFault.value,
      orderingFault.wrong,
      orderingFault.accepted,
    );

  const stepName = effectiveStep(problem, config, methodPart, notes);
  if (typeof stepName !== 'string') return stepName;

  const diagnostics = chooseDiagnostics(problem, config, methodPart);
  if ('refusal' in diagnostics) return diagnostics;
  const stopWhen = chooseStopping(problem, config);
  if ('refusal' in stopWhen) return stopWhen;

  const x0 = given ?? startPoint(problem, config);
  const cache = problem.newCache(x0);
  const lipschitz = memo(problem.blocks.length, block => {
    const L = knownLipschitz(problem, cache, x0, block);
    if (L !== null) return L;
    const { value, error } = sharpnessOf(problem, cache, x0, block);
    return value + error > 0 && Number.isFinite(value + error) ? value + error : 0;
  });
  // A module's own function is asked when it is needed, and refuses what is infinite there.
  const own = config.problem.kind === 'module' ? [] : problem.blocks;
  const boundless = own.find(block => lipschitz(block) === Number.POSITIVE_INFINITY);
  if (boundless)
    return refuse(
      'data',
      config.data ?? problem.name,
      `makes the curvature of block "${boundless.name}" larger than any number`,
      'columns whose squares can be summed, about 1e150 at most; or "standardize": true',
    );
  const stepOptions =
    stepName === config.step
      ? config.stepOptions
      : defaults(find(registry.steps, stepName).options);
  const step = find(registry.steps, stepName).create(stepOptions);
  const firstStep = (block: Block): number => 1 / positiveCurvature(lipschitz(block));
  const bulk = bulkOf(problem);
  const context = {
    problem,
    kernels: backend.kernels,
    bulk,
    seed: config.seed,
    options: config.methodOptions,
    step,
    firstStep,
    poll,
  };
  const newMethod = () => methodPart.create(context);
  return {
    config,
    problem,
    methodPart,
    method: newMethod(),
    newMethod,
    step,
    x0,
    lipschitz,
    diagnostics,
    verdicts: judgedBy(problem, config, methodPart),
    stopWhen,
    notes,
    firstStep,
    bulk,
    backend,
    seed: config.seed,
  };
}

/** Names of the recipe's metrics of a cost class, in the order of their columns. */
export function metricNames(recipe: Recipe, cost: Diagnostic['cost']): readonly string[] {
  return recipe.diagnostics.filter(part => part.cost === cost).map(part => part.name);
}

/** Names of the methods that take the problem with their default options. */
function suitableMethods(problem: Problem): string {
  return registry.methods
    .filter(part => methodRefusal(part, problem, defaults(part.options)) === null)
    .map(part => part.name)
    .join(', ');
}

function names(parts: readonly { readonly name: string }[]): string {
  return parts.map(part => part.name).join(', ');
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
  const fault = part.fits(options, problem.blocks);
  return fault && { attribute: 'orderingOptions', value: part.name, ...fault };
}

export function createOrdering(recipe: Recipe, name: string, options: Options): Ordering {
  return find(registry.orderings, name).create({
    blocks: recipe.problem.blocks,
    seed: recipe.seed,
    options,
    lipschitz: () => Float64Array.from(recipe.problem.blocks, recipe.lipschitz),
  });
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
function effectiveStep(
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
  if (method.metric(config.methodOptions) === 'matrix' && step !== 'lipschitz')
    return refuse(
      'step',
      step,
      'needs the scalar metric: an absolute step has no meaning in the metric of the block’s Hessian',
      'lipschitz, or methodOptions.metric "scalar"',
    );
  if (step === 'fixed' && config.stepOptions['size'] === null)
    return refuse('stepOptions.size', 'null', 'has to be given for the fixed step', 'a number > 0');
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

function chooseDiagnostics(
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
    if (fault) return refuse('diagnostics', name, fault.wrong, fault.accepted);
    if (!chosen.includes(part)) chosen.push(part);
  }
  return chosen;
}

/** Every verdict that is not switched off, of the metrics that can be had here, with its thresholds. */
function judgedBy(problem: Problem, config: CheckedConfig, method: MethodPart): readonly Judged[] {
  return registry.diagnostics.flatMap(({ verdict, fits }: Diagnostic) => {
    const options = verdict && config.findings[verdict.finding];
    if (!verdict || !options || fits(problem, method) !== null) return [];
    return verdict.fits?.(method) === false ? [] : [{ verdict, options }];
  });
}

function chooseStopping(problem: Problem, config: CheckedConfig): StopWhen | Refusal {
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

function startPoint(problem: Problem, config: CheckedConfig): Float64Array {
  switch (config.start) {
    case 'zeros':
      return new Float64Array(problem.size);
    case 'ones':
      return new Float64Array(problem.size).fill(1);
    case 'random':
      return normals(problem.size, stream(config.seed, 'start'));
    default:
      return problem.start.slice();
  }
}
