// Random walks through a run's time, the straight run that must end where they do, and problems whose work may be
// abandoned anywhere.
import fc from 'fast-check';
import { Interrupted, type Problem } from '../../../solver/core/problem.ts';
import type { Draw } from '../../../solver/core/random.ts';
import { registry } from '../../../solver/registry.ts';
import { noHooks } from '../../../solver/run/facts.ts';
import type { Recipe } from '../../../solver/run/recipe.ts';
import { Run } from '../../../solver/run/run.ts';
import { editRefusal } from '../../../solver/run/time/edits.ts';
import type { Edit, RecordedEdit } from '../../../solver/wire/protocol.ts';
import type { Stop } from '../../../solver/wire/run.ts';
import { look, watching } from './certify.ts';

/** One action of a user; the numbers choose among those that are possible at the run’s step. */
export interface Move {
  readonly kind: 'steps' | 'sweep' | 'back' | 'goTo' | 'edit' | 'look' | 'watch' | 'crash';
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

const weights: readonly (readonly [Move['kind'], number])[] = [
  ['steps', 5],
  ['sweep', 2],
  ['back', 2],
  ['goTo', 4],
  ['edit', 5],
  ['look', 2],
  ['watch', 1],
  ['crash', 1],
];

const kinds = fc.oneof(
  ...weights.map(([kind, weight]) => ({ arbitrary: fc.constant(kind), weight })),
);
const unit = fc.nat({ max: 1023 }).map(i => i / 1024);

/** Walks of up to `length` moves. */
export const walks = (length: number): fc.Arbitrary<readonly Move[]> =>
  fc.array(fc.record({ kind: kinds, a: unit, b: unit, c: unit }), {
    minLength: 3,
    maxLength: length,
    size: 'max',
  });

/** More than any of these tests needs: a mistake that keeps a run from ending fails instead of hanging. */
const ENDLESS = 3_000_000;

/** Repeats `body` until it is not interrupted. */
export function insist<T>(act: () => T): T {
  for (let tries = 0; tries < ENDLESS; tries++) {
    try {
      return act();
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
    }
  }
  throw new Error('it is interrupted for ever');
}

/** Runs in slices of 0 ms to a stop. */
export function runOn(run: Run): Stop {
  for (let slices = 0; slices < ENDLESS; slices++) {
    const stop = insist(() => run.slice(0));
    if (stop) return stop;
  }
  throw new Error('the run does not stop');
}

/** Goes to step k, computing the steps beyond the end; stops before it where the run cannot continue. */
export function goTo(run: Run, k: number): void {
  for (let slices = 0; slices < ENDLESS; slices++) {
    const stop = insist(() => run.travel(k, 0));
    if (stop?.reason === 'goto') return;
    if (run.outcome?.status === 'nonfinite' && run.outcome.k === run.state.k) return;
  }
  throw new Error(`the run does not come to step ${k}`);
}

/** Makes the moves on a run of the recipe; returns the run they end on. `recipe` is called again after a crash. */
export function walk(recipe: () => Recipe, moves: readonly Move[], longest: number): Run {
  let run = insist(() => new Run(recipe()));
  for (const { kind, a, b, c } of moves) {
    switch (kind) {
      case 'steps':
        run.begin({ kind: 'steps', count: 1 + Math.floor(a * b * longest) });
        runOn(run);
        break;
      case 'sweep':
        run.begin({ kind: 'sweep' });
        runOn(run);
        break;
      case 'back':
        goTo(run, Math.max(0, run.state.k - 1 - Math.floor(a * 3)));
        break;
      case 'goTo':
        goTo(run, Math.floor(a * (run.end + longest / 4)));
        break;
      case 'edit': {
        const edits = [editFor(run, a, b, c), c < 0.3 ? editFor(run, b, c, a) : null];
        const made = edits.filter(edit => edit !== null);
        if (made.length === 0) break;
        // Repeated or, equally often, dropped: then nothing of it has been applied.
        if ((16 * b) % 1 < 0.5) insist(() => run.edit(made));
        else attempt(() => run.edit(made));
        break;
      }
      case 'look':
        attempt(() => look(run));
        break;
      case 'watch':
        attempt(() => {
          run.breakpoints = a < 0.7 ? watching(run) : null;
        });
        break;
      case 'crash': {
        const keyframe = run.keyframe();
        const resume = keyframe && { log: run.log, keyframe };
        if (resume) run = insist(() => new Run(recipe(), noHooks, resume));
        break;
      }
    }
  }
  return run;
}

function attempt(act: () => unknown): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
  }
}

/** An edit that the run accepts here, or null where the numbers chose one that it refuses. */
function editFor(run: Run, a: number, b: number, c: number): Edit | null {
  const { recipe, state, problem } = run;
  const pick = <T>(list: readonly T[], at: number): T => list[Math.floor(at * list.length)]!;
  const block = pick(problem.blocks, b);
  const names = problem.blocks.map(({ name }) => name);
  const L = 1 / recipe.firstStep(block);
  const parameter = pick(['', ...Object.keys(recipe.method.parameters)], b);
  const spec = recipe.methodPart.options[parameter];
  const ordering = pick(registry.orderings, b).name;
  const edit = pick<Edit>(
    [
      {
        kind: 'ordering',
        ordering,
        ...(ordering === 'custom' ? { options: { order: [...names, names[0]!] } } : {}),
        when: c < 0.5 ? 'sweep' : 'now',
      },
      { kind: 'stepSize', block: c < 0.3 ? null : block.name, value: (0.2 + 1.6 * c) / L },
      { kind: 'stepSize', block: c < 0.5 ? null : block.name, value: null },
      { kind: 'frozen', block: block.name, value: c < 0.6 },
      { kind: 'value', block: block.name, index: Math.floor(c * block.size), value: 4 * c - 2 },
      {
        kind: 'parameter',
        name: parameter,
        value: spec?.type === 'integer' ? 1 + Math.floor(c * 9) : c,
      },
    ],
    a,
  );
  if (edit.kind === 'value') {
    // Outside the domain of r the objective is infinite, and the run ends.
    const x = state.points[recipe.method.iterate]!.x.slice();
    x[block.start + edit.index] = edit.value;
    if (!Number.isFinite(problem.penalty.value(x, block))) return null;
  }
  return editRefusal(recipe, state, edit) === null ? edit : null;
}

/** The same edits, one by one as their k is reached, on a run that only goes forward. */
export function straight(recipe: Recipe, edits: readonly RecordedEdit[], k: number): Run {
  const run = new Run(recipe);
  for (const { k: at, ...edit } of edits) {
    goTo(run, at);
    run.edit([edit]);
  }
  goTo(run, k);
  return run;
}

/**
 * The same problem, but each call that may poll is abandoned when `strikes` returns true: half-way, with garbage in what it
 * was writing. `shift` and `value` never poll.
 */
export function interruptible(problem: Problem, strikes: () => boolean): Problem {
  const guarded =
    <A extends unknown[], R>(call: (...args: A) => R, outAt: number | null = null) =>
    (...args: A): R => {
      if (!strikes()) return call(...args);
      const out = outAt === null ? undefined : args[outAt];
      if (out instanceof Float64Array) out.fill(Number.NaN);
      throw new Interrupted();
    };
  const { finiteSum, curvature, exactBlock, certificate } = problem;
  return {
    ...problem,
    coordinateSweep: null,
    newCache: guarded(problem.newCache),
    shifted: guarded(problem.shifted, 4),
    valueAfter: guarded(problem.valueAfter),
    gradient: guarded(problem.gradient, 3),
    ...(problem.gradients && { gradients: guarded(problem.gradients, 3) }),
    finiteSum: finiteSum && {
      ...finiteSum,
      sampleGradient: guarded(finiteSum.sampleGradient, 4),
    },
    curvature: curvature && {
      ...curvature,
      lipschitz: guarded(curvature.lipschitz),
      hessianVector: guarded(curvature.hessianVector, 4),
      fullHessianVector: curvature.fullHessianVector && guarded(curvature.fullHessianVector, 3),
      sharpness: guarded(curvature.sharpness),
      metricMatrix: curvature.metricMatrix && guarded(curvature.metricMatrix),
    },
    exactBlock: exactBlock && { minimize: guarded(exactBlock.minimize, 3) },
    certificate: certificate && { ...certificate, gap: guarded(certificate.gap) },
  };
}

/** While `body` runs, each reading of the clock is up to `milliseconds` later: slices end and keyframes are due anywhere. */
export function withJumpyClock<T>(draw: Draw, milliseconds: number, body: () => T): T {
  let now = 0;
  const honest = performance.now;
  // Not a mock: mocks keep every call in memory.
  performance.now = () => {
    now += draw() * milliseconds;
    return now;
  };
  try {
    return body();
  } finally {
    performance.now = honest;
  }
}
