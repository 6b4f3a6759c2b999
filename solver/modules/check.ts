import { printable } from '../core/printable.ts';
import type { Block } from '../core/problem.ts';
import { normals, stream } from '../core/random.ts';
import type { Finding } from '../wire/protocol.ts';
import { gradientFaults } from './checkGradient.ts';
import { productFaults, rowFaults } from './checkOptional.ts';
import { inDomain } from './domain.ts';
import type { ModuleProblem } from './load.ts';
import { UserError } from './userError.ts';

/** Random points at which gradients are compared, beside the start; one where there are many blocks. */
const POINTS = 2;
const MANY_BLOCKS = 100;

/**
 * What is wrong with a module's functions, found before the run: value and gradients that differ when called twice
 * (`notDeterministic`), gradients that are not those of value (`gradientMismatch`, one a block), and likewise
 * `hessianVector` and `rowGradient` where there are any. What user code throws meanwhile is a finding too.
 * The points are drawn from the run's seed.
 */
export function checkModule(problem: ModuleProblem): readonly Finding[] {
  const findings: Finding[] = [];
  try {
    findings.push(...repeatFaults(problem));
  } catch (reason) {
    if (reason instanceof UserError) return [userErrorFinding(reason, 0)];
    throw reason;
  }
  const points = pointsOf(problem);
  for (const block of problem.blocks) {
    const fault =
      gradientFaults(problem, block, points) ??
      productFaults(problem, block, points) ??
      rowFaults(problem, block, points);
    if (fault !== null) findings.push(fault);
  }
  return findings;
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
function* repeatFaults({ functions, blocks, start }: ModuleProblem): Iterable<Finding> {
  const first = functions.value(start);
  const gradients = blocks.map(block => gradientAt(functions, start, block));
  const second = functions.value(start);
  if (!sameBits([first], [second])) {
    yield notDeterministic('value', null, first, second);
  }
  for (const block of blocks) {
    const before = gradients[block.index]!;
    const after = gradientAt(functions, start, block);
    const i = before.findIndex((value, j) => !sameBits([value], [after[j]!]));
    if (i >= 0) yield notDeterministic('gradient', block, before[i]!, after[i]!);
  }
}

function notDeterministic(
  term: string,
  block: Block | null,
  first: number,
  second: number,
): Finding {
  const what = block === null ? term : `${term} of block "${printable(block.name)}"`;
  return {
    k: 0,
    name: 'notDeterministic',
    block: block?.name ?? null,
    text: `${what} gave ${first} and then ${second} at the same point, so going back in time would not give the same run; let it depend on its arguments alone.`,
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

function sameBits(a: readonly number[], b: readonly number[]): boolean {
  return a.every((value, i) => Object.is(value, b[i]));
}

/**
 * The start, and points about it at distances of the size of x; nearer ones where f is not finite there or throws. What a
 * penalty confines to a box stays in it.
 */
function pointsOf(problem: ModuleProblem): readonly Float64Array[] {
  const { start, functions, blocks } = problem;
  const far = Array.from({ length: blocks.length > MANY_BLOCKS ? 1 : POINTS }, (_, i) => {
    const draws = normals(problem.size, stream(problem.seed, 'check', i));
    const near = [1, 0.1, 0.01].map(scale => inside(problem, start, draws, scale));
    return near.find(x => Number.isFinite(inDomain(() => functions.value(x)))) ?? start;
  });
  return [start, ...far];
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
