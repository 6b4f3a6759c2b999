// A problem whose long work may be abandoned anywhere, and a clock that goes as the test says.
import { Interrupted, type Problem } from '../../../solver/core/problem.ts';
import type { Draw } from '../../../solver/core/random.ts';

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
  const { finiteSum, curvature, exactBlock, certificate } = problem;
  return {
    ...problem,
    newCache: guarded(problem.newCache),
    shifted: guarded(problem.shifted, 4),
    valueAfter: guarded(problem.valueAfter),
    gradient: guarded(problem.gradient, 3),
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
