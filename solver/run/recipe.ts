import type { CheckedConfig, StopWhen } from '../config/attributes.ts';
import type { Bulk } from '../core/bulk.ts';
import { bulkOf, knownLipschitz, positiveCurvature, sharpnessOf } from '../core/capability.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import type { Method, MethodPart, StepRule } from '../core/method.ts';
import { type Ordering, orderingOf } from '../core/ordering.ts';
import type { Options, Refusal } from '../core/part.ts';
import { type Block, Interrupted, lazy, memo, type Poll, type Problem } from '../core/problem.ts';
import { normals, stream } from '../core/random.ts';
import { refuse } from '../core/words.ts';
import { registry } from '../registry.ts';
import { type Backend, jsBackend } from './backend.ts';
import {
  chooseDiagnostics,
  chooseStopping,
  defaults,
  effectiveStep,
  find,
  judgedBy,
  methodRefusal,
  orderingRefusal,
  suitableMethods,
  withCompanions,
} from './fitting.ts';
import type { Judged } from './measure/findings.ts';
import { boundAt } from './measure/objective.ts';

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
  /** The best lower bound of F known at step 0; −∞ for none. Looked for when it is first needed. */
  readonly boundAtStart: () => number;
  /** The findings that are on and have what they need here. */
  readonly verdicts: readonly Judged[];
  readonly stopWhen: StopWhen;
  /** Work over all blocks at once. */
  readonly bulk: Bulk;
  /** How long what polls may take. */
  readonly patience: Patience;
  /** What computes, resolved once. */
  readonly backend: Backend;
  readonly seed: number;
  readonly notes: readonly string[];
}

/** Fits the parts of a checked configuration to a problem, or says in one sentence why they do not fit. `given`: a start read from a file. */
export function assemble(
  problem: Problem,
  config: CheckedConfig,
  patience: Patience,
  given: Float64Array | null = null,
  backend: Backend = jsBackend,
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
    poll: patience.poll,
  };
  const newMethod = () => methodPart.create(context);
  const measured = withCompanions(diagnostics, problem, methodPart, step, stopWhen);
  return {
    config,
    problem,
    methodPart,
    method: newMethod(),
    newMethod,
    step,
    x0,
    lipschitz,
    diagnostics: measured,
    boundAtStart: lazy(() => boundAt(problem, x0, measured)),
    verdicts: judgedBy(problem, config, methodPart),
    stopWhen,
    notes,
    firstStep,
    bulk,
    patience,
    backend,
    seed: config.seed,
  };
}

/** Names of the recipe's metrics of a cost class, in the order of their columns. */
export function metricNames(recipe: Recipe, cost: Diagnostic['cost']): readonly string[] {
  return recipe.diagnostics.filter(part => part.cost === cost).map(part => part.name);
}

/** An ordering of the blocks with these indices; null: of all. */
export function createOrdering(
  recipe: Recipe,
  name: string,
  options: Options,
  among: readonly number[] | null,
): Ordering {
  const all = recipe.problem.blocks;
  const blocks = among?.map(index => all[index] as Block) ?? all;
  const ordering = find(registry.orderings, name).create({
    blocks,
    seed: recipe.seed,
    options,
    lipschitz: () => Float64Array.from(blocks, recipe.lipschitz),
  });
  return among ? orderingOf(among, ordering) : ordering;
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

/** A poll that is also patient for so long only. */
export class Patience {
  /** Throws `Interrupted` where the given poll does, and where the work may take no longer. */
  readonly poll: Poll;
  #until = Number.POSITIVE_INFINITY;

  constructor(poll: Poll) {
    this.poll = () => {
      poll();
      if (this.#until < Number.POSITIVE_INFINITY && performance.now() > this.#until)
        throw new Interrupted();
    };
  }

  /** What the work gives; throws `Interrupted` at its first poll after so many milliseconds. */
  within<T>(milliseconds: number, work: () => T): T {
    this.#until = performance.now() + milliseconds;
    try {
      return work();
    } finally {
      this.#until = Number.POSITIVE_INFINITY;
    }
  }
}
