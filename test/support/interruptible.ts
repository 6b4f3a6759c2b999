// A problem whose long work may be abandoned anywhere, and a clock that goes as the test says.
import { Interrupted } from '../../solver/core/interrupt.ts';
import type { Problem } from '../../solver/core/problem.ts';
import type { Draw } from '../../solver/core/random.ts';

/**
 * The same problem, whose every call that may poll is abandoned when `strikes` says so: half-way, with rubbish in what it
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
  const { sampleGradient, minimizeBlock, metricMatrix, gap, fullHessianVector } = problem;
  return {
    ...problem,
    newCache: guarded(problem.newCache),
    shifted: guarded(problem.shifted, 4),
    valueAfter: guarded(problem.valueAfter),
    gradient: guarded(problem.gradient, 3),
    hessianVector: guarded(problem.hessianVector, 4),
    lipschitz: guarded(problem.lipschitz),
    sharpness: guarded(problem.sharpness),
    sampleGradient: sampleGradient && guarded(sampleGradient, 4),
    minimizeBlock: minimizeBlock && guarded(minimizeBlock, 3),
    metricMatrix: metricMatrix && guarded(metricMatrix),
    gap: gap && guarded(gap),
    fullHessianVector: fullHessianVector && guarded(fullHessianVector, 3),
  };
}

/** While `body` runs, every look at the clock finds it up to `milliseconds` later: slices end and keyframes fall due anywhere. */
export function withJumpyClock<T>(draw: Draw, milliseconds: number, body: () => T): T {
  let now = 0;
  const honest = performance.now;
  // Not a mock: those remember every call.
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
