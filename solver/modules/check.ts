import type { Block } from '../core/problem.ts';
import { normals, stream } from '../core/random.ts';
import { printable } from '../core/words.ts';
import type { Finding } from '../wire/run.ts';
import { type Check, gradientChecks, inDomain, productFaults, rowFaults } from './faults.ts';
import type { ModuleProblem } from './load.ts';
import { UserError } from './userError.ts';

/** Random points at which gradients are compared, beside the start; one where there are many blocks. */
const POINTS = 2;
const MANY_BLOCKS = 100;

/**
 * Checks a module's functions: value and gradients must be the same when called twice (`notDeterministic`), and
 * gradients, `hessianVector` and `rowGradient` must match value (`gradientMismatch`, one per block). An error thrown at
 * the start is a finding too, and the last. The points are drawn from the run's seed. Slow functions are checked in
 * slices: the run need not wait for all of them.
 */
export class ModuleCheck {
  readonly #checks: Iterator<Check>;
  readonly #faulty = new Set<Block>();
  #current: Check | null = null;
  #found: Finding[] = [];
  #done = false;

  constructor(problem: ModuleProblem) {
    this.#checks = checksOf(problem);
  }

  /** Is there nothing left to check? */
  get done(): boolean {
    return this.#done;
  }

  /**
   * Runs checks for about this many milliseconds, at least one, and returns what they found. A throw from the poll passes
   * through and loses nothing.
   */
  slice(milliseconds: number): readonly Finding[] {
    const end = performance.now() + milliseconds;
    do this.#step();
    while (!this.#done && performance.now() < end);
    return this.#found.splice(0);
  }

  #step(): void {
    while (this.#current === null) {
      const { done, value } = this.#checks.next();
      this.#done = done === true;
      if (this.#done) return;
      const check = value as Check;
      if (check.block === null || !this.#faulty.has(check.block)) this.#current = check;
    }
    const { block } = this.#current;
    try {
      const finding = this.#current.run();
      if (finding !== null) this.#found.push(finding);
      if (finding?.name === 'gradientMismatch' && block !== null) this.#faulty.add(block);
    } catch (reason) {
      if (!(reason instanceof UserError)) throw reason;
      this.#found.push(userErrorFinding(reason, 0));
      this.#done = true;
    }
    this.#current = null;
  }
}

function* checksOf(problem: ModuleProblem): Generator<Check> {
  yield* repeatChecks(problem);
  const { blocks, start } = problem;
  const points = [start];
  for (let i = 0; i < (blocks.length > MANY_BLOCKS ? 1 : POINTS); i++)
    yield* farPoint(problem, i, points);
  for (const [p, x] of points.entries()) {
    for (const block of blocks) yield* gradientChecks(problem, block, p, x);
  }
  for (const block of blocks) {
    yield { block, run: () => productFaults(problem, block, points) };
    yield { block, run: () => rowFaults(problem, block, points) };
  }
}

/** An error of user code as the finding of step k. */
export function userErrorFinding(error: UserError, k: number): Finding {
  return {
    k,
    name: 'userError',
    block: error.block,
    text: error.message,
    evidence: { term: error.term },
    stack: error.stack,
  };
}

/** Functions that do not return the same bits for the same point, called in turns as a run would. */
function* repeatChecks({ functions, blocks, start }: ModuleProblem): Generator<Check> {
  let first = Number.NaN;
  const gradients: Float64Array[] = [];
  yield {
    block: null,
    run() {
      first = functions.value(start);
      return null;
    },
  };
  for (const block of blocks) {
    yield {
      block,
      run() {
        gradients[block.index] = gradientAt(functions, start, block);
        return null;
      },
    };
  }
  yield {
    block: null,
    run() {
      const second = functions.value(start);
      return Object.is(first, second) ? null : notDeterministic('value', null, first, second, 0);
    },
  };
  for (const block of blocks) {
    yield {
      block,
      run: () =>
        differentBits(gradients[block.index]!, gradientAt(functions, start, block), block, 0),
    };
  }
}

/** The finding of step k where two gradients of a block at one point differ in any bit; else null. */
export function differentBits(
  before: Float64Array,
  after: Float64Array,
  block: Block,
  k: number,
): Finding | null {
  for (let i = 0; i < block.size; i++) {
    if (Object.is(before[i], after[i])) continue;
    return notDeterministic('gradient', block, before[i]!, after[i]!, k);
  }
  return null;
}

/** A function that gave two values at one point. */
export function notDeterministic(
  term: string,
  block: Block | null,
  first: number,
  second: number,
  k: number,
): Finding {
  const what = block === null ? term : `${term} of block "${printable(block.name)}"`;
  return {
    k,
    name: 'notDeterministic',
    block: block?.name ?? null,
    text: `${what} returned ${first} and then ${second} at the same point, so stepping back would not reproduce the run; make it depend on its arguments alone.`,
    evidence: { term, first, second },
  };
}

function gradientAt(
  functions: ModuleProblem['functions'],
  x: Float64Array,
  block: Block,
): Float64Array {
  const out = new Float64Array(block.size);
  functions.gradient(x, block, out);
  return out;
}

/**
 * A point about the start at a distance of the size of x, put behind `points`; a nearer one where f is not finite there
 * or throws, the start where it is not finite anywhere near. Coordinates with a box penalty stay inside the box.
 */
function* farPoint(
  problem: ModuleProblem,
  index: number,
  points: Float64Array[],
): Generator<Check> {
  const { start, functions } = problem;
  const draws = normals(problem.size, stream(problem.seed, 'check', index));
  let found = false;
  for (const scale of [1, 0.1, 0.01]) {
    const x = inside(problem, start, draws, scale);
    yield {
      block: null,
      run() {
        found = Number.isFinite(inDomain(() => functions.value(x)));
        return null;
      },
    };
    if (!found) continue;
    points.push(x);
    return;
  }
}

function inside(
  { blocks, penalty }: ModuleProblem,
  start: Float64Array,
  draws: Float64Array,
  scale: number,
): Float64Array {
  const x = start.map((value, i) => value + scale * Math.max(1, Math.abs(value)) * draws[i]!);
  for (const block of blocks) {
    const part = x.subarray(block.start, block.start + block.size);
    if (!Number.isFinite(penalty.value(x, block))) penalty.prox(part, 1, block, part);
  }
  return x;
}
