// Every way of running every problem that `assemble` accepts; it includes every part that is added to the registry.
import type { CheckedConfig } from '../../../solver/config/attributes.ts';
import { filledFindings } from '../../../solver/config/options.ts';
import { isRefusal, type Options, type PartMeta, type Refusal } from '../../../solver/core/part.ts';
import type { Poll, Problem } from '../../../solver/core/problem.ts';
import { findings, registry } from '../../../solver/registry.ts';
import { defaults } from '../../../solver/run/fitting.ts';
import { assemble, Patience, type Recipe } from '../../../solver/run/recipe.ts';
import { type Instance, instances } from './instances.ts';

/** One way to run a problem: its method with options, ordering and step rule. */
export interface Way {
  readonly title: string;
  readonly method: string;
  readonly methodOptions: Options;
  readonly ordering: string;
  readonly step: string;
}

/** Every value of every option that is a choice, combined; other options have their defaults. */
function choices(part: PartMeta): readonly Options[] {
  let all: Options[] = [defaults(part.options)];
  for (const [name, spec] of Object.entries(part.options)) {
    if (spec.type !== 'choice') continue;
    all = all.flatMap(options => spec.values.map(value => ({ ...options, [name]: value })));
  }
  return all;
}

/** Every method × its choices × ordering × step rule, whatever the problem. */
const waysOf = (orderings: readonly { readonly name: string }[]): readonly Way[] =>
  registry.methods.flatMap(part =>
    choices(part).flatMap(methodOptions =>
      orderings.flatMap(({ name: ordering }) =>
        registry.steps.map(({ name: step }) => {
          const chosen = Object.keys(part.options)
            .filter(name => part.options[name as never]?.['type'] === 'choice')
            .map(name => `, ${name} ${methodOptions[name]}`);
          const title = `${part.name}${chosen.join('')}, ${ordering}, ${step}`;
          return { title, method: part.name, methodOptions, ordering, step };
        }),
      ),
    ),
  );

/** The ways whose ordering moves one block at a time: what holds for block updates holds for them. */
export const ways = waysOf(registry.orderings.filter(part => !part.sets));
/** The ways whose ordering moves sets of blocks, for what holds for these too. */
export const setWays = waysOf(registry.orderings.filter(part => part.sets));

/** The way of this title. */
export function wayOf(title: string): Way {
  const found = [...ways, ...setWays].find(way => way.title === title);
  if (found === undefined) throw new Error(`no way "${title}"`);
  return found;
}

export interface RecipeOptions {
  readonly config?: Partial<CheckedConfig>;
  /** Wraps the problem that the method sees. */
  readonly wrap?: (problem: Problem) => Problem;
  readonly poll?: Poll;
}

/** The recipe of the way for an instance, which never stops by itself, or the refusal. */
export function configured(
  instance: Pick<Instance, 'build'>,
  way: Way,
  { config = {}, wrap = problem => problem, poll = () => {} }: RecipeOptions = {},
): Recipe | Refusal {
  const problem = wrap(instance.build());
  return assemble(problem, { ...configOf(way, problem), ...config }, new Patience(poll));
}

/** The same; null where `assemble` refuses. */
export function recipeOf(...args: Parameters<typeof configured>): Recipe | null {
  const recipe = configured(...args);
  return isRefusal(recipe) ? null : recipe;
}

/** Pairs of instance and way that `assemble` accepts. */
export function accepted(
  among: readonly Instance[] = instances,
  which: (way: Way) => boolean = () => true,
  of: readonly Way[] = ways,
): readonly (readonly [Instance, Way])[] {
  return among.flatMap(instance => {
    const problem = instance.build();
    return of
      .filter(way => which(way) && recipeOf({ build: () => problem }, way) !== null)
      .map(way => [instance, way] as const);
  });
}

/**
 * Each accepted way once for each problem of the registry, on its instances in turn: every pair of parts, thinned. Of the
 * orderings of a whole-vector method, which differ in the order of its rows alone, the first stands for all.
 */
export function thinned(of: readonly Way[] = ways): readonly (readonly [Instance, Way])[] {
  const whole = registry.methods.filter(part => part.wholeVector).map(part => part.name);
  const seen = new Map<string, (readonly [Instance, Way])[]>();
  for (const pair of accepted(instances, undefined, of)) {
    const [{ problem }, { title, method, ordering }] = pair;
    if ((whole as string[]).includes(method) && ordering !== of[0]!.ordering) continue;
    const key = `${problem}: ${title}`;
    seen.set(key, [...(seen.get(key) ?? []), pair]);
  }
  return [...seen.values()].map((pairs, turn) => pairs[turn % pairs.length]!);
}

function configOf(way: Way, problem: Problem): CheckedConfig {
  const names = problem.blocks.map(block => block.name);
  const cache = problem.newCache(problem.start);
  const L = problem.blocks.map(block => {
    const known = problem.curvature!.lipschitz(cache, problem.start, block);
    return known ?? problem.curvature!.sharpness(cache, problem.start, block).value;
  });
  const ordering = registry.orderings.find(part => part.name === way.ordering);
  const step = registry.steps.find(part => part.name === way.step);
  return {
    problem: { kind: 'builtIn', name: problem.name },
    data: null,
    target: null,
    start: null,
    problemOptions: {},
    blocks: 'natural',
    method: way.method,
    methodOptions: way.methodOptions,
    ordering: way.ordering,
    // The last block twice, the first again at the end.
    orderingOptions: {
      ...defaults(ordering?.options ?? {}),
      ...(way.ordering === 'custom'
        ? { order: [names.at(-1)!, ...[...names].reverse(), names[0]!] }
        : {}),
    },
    step: way.step,
    stepOptions: {
      ...defaults(step?.options ?? {}),
      ...(way.step === 'fixed' ? { size: 0.9 / Math.max(...L) } : {}),
    },
    diagnostics: null,
    findings: filledFindings({}, findings),
    seed: 5,
    stopOnEntry: true,
    stopWhen: { steps: 1e9 },
    trace: null,
    cwd: '.',
  };
}
