// What solves one problem and can be asked for it again: a peer with its tolerance, or Blockstep with a method.
import { Ours, type Theirs, TooSlow } from './processes.ts';

/** One problem of the twenty. */
export interface Case {
  readonly set: string;
  readonly loss: 'lasso' | 'logistic';
  /** λ over the least at which nothing is selected. */
  readonly share: number;
  readonly path: string;
  readonly lambda: number;
}

export interface Limits {
  readonly relativeGap: number;
  /** Seconds that one solve may take. */
  readonly limit: number;
  /** By the time of the processor instead of the clock's: where others load the machine. */
  readonly cpu: boolean;
}

/** One who reached the gap: how long it took when it was tried, the gap as the one judge has it, and how to time it again. */
export interface Reached {
  readonly ms: number;
  readonly gap: number;
  /** What it was asked for to get there. */
  readonly tolerance: number;
  again(repeat: number): Promise<number>;
}

export type Attempt = Reached | { readonly slower: string };

interface Fit {
  readonly ms: number;
  readonly cpu: number;
  readonly gap: number;
}

/** Seconds that the first call of a peer may take, which compiles it. */
const COMPILE = 300;
/** Milliseconds of solves before ours is timed. */
const WARM = 2000;

/**
 * A peer with the loosest tolerance that meets the gap: powers of ten until one does and its neighbour does not, then three
 * halvings of what is between them on a logarithmic scale.
 */
export async function peer(
  theirs: Theirs,
  solver: string,
  { path, loss, lambda }: Case,
  { relativeGap, limit, cpu }: Limits,
): Promise<Attempt> {
  const asked = async (tol: number, repeat = 1, seconds = limit) => {
    await loaded(theirs, path, loss);
    const question = { ask: 'fit', solver, lam: lambda, tol, repeat };
    return theirs.ask<Fit>(question, seconds * repeat);
  };
  const time = (found: Fit) => (cpu ? found.cpu : found.ms);
  const compile = async () => void (await asked(0.1, 1, COMPILE + limit));
  try {
    await compile();
    let best: { tol: number; found: Fit } | null = null;
    let missed: number | null = null;
    let tol = 1e-5;
    while (best === null || missed === null) {
      const found = await asked(tol);
      if (found.gap <= relativeGap) best = { tol, found };
      else missed = tol;
      if (best !== null && best.tol >= 1) break;
      tol = found.gap <= relativeGap ? tol * 10 : tol / 10;
      if (best === null && tol < 1e-17) return { slower: `stays at a gap of ${found.gap}` };
    }
    for (let round = 0; missed !== null && round < 3; round++) {
      const middle = Math.sqrt(best.tol * missed);
      const found = await asked(middle);
      if (found.gap <= relativeGap) best = { tol: middle, found };
      else missed = middle;
    }
    const { tol: tolerance, found } = best;
    return {
      ms: time(found),
      gap: found.gap,
      tolerance,
      again: async repeat => time(await asked(tolerance, repeat)),
    };
  } catch (error) {
    return { slower: sentence(error, limit) };
  }
}

/** Blockstep with a method in a process of its own, with the loosest criterion from the asked one on that meets the gap. */
export async function blockstep(
  theirs: Theirs,
  method: string,
  bare: boolean,
  { path, loss, lambda }: Case,
  { relativeGap, limit, cpu }: Limits,
): Promise<Attempt & { readonly process: Ours }> {
  const ours = new Ours();
  const solve = (wanted: number, repeat = 1) => {
    const one = { lambda, method, bare, relativeGap: wanted, limit };
    return ours.solve({ ask: 'solve', repeat, solve: one });
  };
  try {
    await ours.ask({ ask: 'load', path, loss });
    for (let wanted = relativeGap; wanted > 1e-17; wanted /= 2) {
      const first = await solve(wanted);
      if (!first.converged) return { process: ours, slower: first.text };
      await loaded(theirs, path, loss);
      const question = { ask: 'judge', lam: lambda, x: first.x };
      const { gap } = await theirs.ask<{ gap: number }>(question);
      if (gap > relativeGap) continue;
      const time = async (repeat: number) => {
        const found = await solve(wanted, repeat);
        return cpu ? found.cpu : found.ms;
      };
      // V8 compiles meanwhile.
      const warm = performance.now() + WARM;
      let ms = await time(1);
      while (performance.now() < warm) ms = await time(Math.min(50, Math.ceil(200 / ms)));
      return { process: ours, ms, gap, tolerance: wanted, again: time };
    }
    return { process: ours, slower: `does not come to a gap of ${relativeGap}` };
  } catch (error) {
    return { process: ours, slower: sentence(error, limit) };
  }
}

/** Python's process ends with an answer that takes too long; the next one knows no data. */
async function loaded(theirs: Theirs, path: string, loss: string): Promise<void> {
  if (theirs.ended) await theirs.ask({ ask: 'load', path, loss } as { ask: string });
}

function sentence(error: unknown, limit: number): string {
  return error instanceof TooSlow ? `slower than ${limit} s` : (error as Error).message;
}
