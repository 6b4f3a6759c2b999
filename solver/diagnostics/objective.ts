import {
  always,
  type Diagnostic,
  type FindingDetail,
  lines,
  type Measure,
  type Suspicion,
  type Verdict,
  type Watcher,
} from '../core/diagnostic.ts';
import type { Block, Problem } from '../core/problem.ts';
import { formatNumber } from '../core/words.ts';
import { canFallEvenly, type EvenFalls, evenFalls, fell, sweepFell } from './evenFalls.ts';

/** F at the iterate after the update. */
export const objectiveAfter = {
  when: 'commit',
  evaluate: reading => reading.objective(),
  batched({ sweep, count }, out) {
    for (let u = 0; u < count; u++) out[u] = sweep.objective[u]!;
  },
} as const satisfies Measure;

/** Is a number below F known, or found while the run goes? */
export const hasKnownBound = ({ lowerBound, certificate }: Problem): boolean =>
  lowerBound !== null || certificate !== null;

/** An even fall is one without bound once F is so many times its start's |F| below it. */
const DEPTH = 10;
/** The fall of F over this many sweeps is compared with that over as many before. */
const SWEEPS = 10;

interface Memory {
  /** F at the start of the run or after the last edit, and that step. */
  first: number;
  since: number;
  lowest: number;
  lowestK: number;
  rising: boolean;
  now: number;
  /** The current step, how many blocks it has moved so far, and how many the previous step moved. */
  step: number;
  moving: number;
  together: number;
  /** F at the ends of the last sweeps, oldest first. */
  ends: number[];
  /** The fall of F in the first sweep. */
  firstFall: number;
  even: EvenFalls;
  falling: boolean;
}

/**
 * F is above its start, and above its lowest value by a multiple of the decrease until then; or no lower bound of F is known
 * and it falls without bound: over each ten sweeps by more than over the ten before, and in total by a multiple of |F| at the
 * start; or, where no block has a penalty, evenly in each of `linear` sweeps in a row, to below a multiple of −|F| at the start.
 *
 * A growing fall is not judged where a penalty confines a block: −x² and even −x fall ever on up to the wall of a box, and have
 * a minimum there. Other penalties bend F least where x is small, and stop no fall that still grows. It may be that f itself
 * turns up farther out, as −x² + 10⁻²⁰x⁴ does: nothing measured here can show that, so the sentence says `may`.
 *
 * Even are falls that are the same to 10⁻¹⁰ from sweep to sweep, or from one update of a block to its next, which holds for a
 * linear F under orderings that draw blocks as well. One that shrank evenly would go on for 10¹⁰ such sweeps. What is compared
 * is never a mean: of noise one part in 10³, which a thousand draws leave, slow and endless falls look alike. So a fall that
 * changes with the order of the updates (a singular quadratic that is drawn at random) is told by the rule of the growing fall
 * only. A function that is linear far out and bounded, as Huber's loss is, mostly is not negative, and never falls so far.
 * Where it does, √(1 + x²) − 10⁵ from 10⁵, an even fall proves nothing; the sentence says so.
 */
const divergence: Verdict = {
  finding: 'divergence',
  title: 'Divergence',
  summary:
    'The objective rises far above where it began, or falls by amounts that do not shrink, as it would without bound.',
  stops: true,
  options: {
    factor: {
      type: 'number',
      default: 10,
      exclusiveMinimum: 0,
      description:
        'Rise of F above its lowest value, in multiples of the decrease until then (of |F| at the start if F never decreased).',
    },
    fall: {
      type: 'number',
      default: 1e6,
      exclusiveMinimum: 0,
      description:
        'Fall of F below its start, in multiples of |F| there or of the first sweep’s decrease, beyond which a growing fall counts as unbounded. Used only where no lower bound of F is known and no penalty confines a block.',
    },
    linear: {
      type: 'integer',
      default: 100,
      minimum: 2,
      description:
        'Sweeps in a row in which F falls evenly, from its start down to below −10 times |F| there, that are told. Used only where no lower bound of F is known and no block has a penalty.',
    },
  },
  create(problem, { factor = 0, fall = 0, linear = 0 }) {
    const bounded = hasKnownBound(problem);
    const free = canFallEvenly(problem, bounded);
    const endless = !bounded && problem.blocks.every(block => isEndless(problem, block));
    const memory = (F: number, k: number): Memory => ({
      first: F,
      since: k,
      lowest: F,
      lowestK: k,
      rising: false,
      now: F,
      step: k,
      moving: 1,
      together: 1,
      ends: [F],
      firstFall: Number.NaN,
      even: evenFalls(F, k, free ? problem.blocks.length : 0),
      falling: false,
    });
    const watcher: Watcher & { memory: Memory } = {
      needs: [objectiveAfter],
      memory: memory(Number.NaN, 0),
      begun(k, F) {
        watcher.memory = memory(F, k);
      },
      moved({ k, entry, values, suspicion }) {
        const known = watcher.memory;
        const F = values[0]!;
        if (Number.isNaN(F)) return null;
        fell(known.even, k, entry.block.index, F);
        known.now = F;
        if (k > known.step) known.together = known.moving;
        known.moving = k > known.step ? 1 : known.moving + 1;
        known.step = k;
        if (F < known.lowest) {
          known.lowest = F;
          known.lowestK = k;
        }
        const rose = known.rising;
        const grace = k - known.since >= problem.blocks.length;
        known.rising = F > known.first && grace && isFar(known, factor);
        return known.rising && !rose ? risen(known, entry.block.name, suspicion()) : null;
      },
      sweepEnded() {
        const known = watcher.memory;
        const { ends } = known;
        if (Number.isNaN(known.firstFall)) known.firstFall = known.first - known.now;
        const even = sweepFell(known.even);
        ends.push(known.now);
        if (ends.length > 2 * SWEEPS + 1) ends.shift();
        if (known.falling) return null;
        const deep = known.now < known.first - DEPTH * Math.abs(known.first);
        if (free && deep && even.sweeps >= linear) {
          known.falling = true;
          return fallenEvenly(known, even);
        }
        if (!endless || ends.length <= 2 * SWEEPS) return null;
        const before = ends[0]! - ends[SWEEPS]!;
        const after = ends[SWEEPS]! - ends[2 * SWEEPS]!;
        const scale = Math.max(Math.abs(known.first), Math.abs(known.firstFall));
        known.falling =
          after >= before * (1 - 1e-9) && before > 0 && known.first - known.now > fall * scale;
        return known.falling ? fallen(known, before, after) : null;
      },
    };
    return watcher;
  },
};

/** Can the block go as far as it likes? A penalty that confines it, as a box does, ends any fall. */
function isEndless({ penalty }: Problem, block: Block): boolean {
  if (penalty.isZero(block)) return true;
  const far = 1e100;
  const reached = [far, -far].map(to => {
    const point = new Float64Array(block.size).fill(to);
    penalty.prox(point, 1 / far, block, point);
    return point;
  });
  return reached.some(point => point.every(v => Math.abs(v) > far / 2));
}

/** Is F above its lowest value by a multiple of the decrease until then? */
function isFar({ first, lowest, now }: Memory, factor: number): boolean {
  const won = first - lowest;
  const size = Math.abs(first);
  return now - lowest > factor * Math.max(won, won > 0 ? 0 : size, 1e-12 * size);
}

function risen(known: Memory, block: string, suspicion: Suspicion | null): FindingDetail {
  const { first, lowest, lowestK, now, together } = known;
  const joint = suspicion === null && together > 1;
  const cause = joint
    ? ` ${together} blocks move at once: steps that suit each of them alone may be too long together.`
    : suspicion && ` ${suspicion.text}`;
  return {
    block: joint ? null : suspicion ? suspicion.block : block,
    text: `F rose from its lowest value, ${formatNumber(lowest)} at step ${lowestK}, to ${formatNumber(now)}, above where it started (${formatNumber(first)}).${cause ?? ''}`,
    evidence: {
      objective: now,
      lowest,
      lowestK,
      start: first,
      ...(joint ? { together } : suspicion?.evidence),
    },
  };
}

function fallen({ first, now }: Memory, before: number, after: number): FindingDetail {
  return {
    block: null,
    text: `F falls without bound: from ${formatNumber(first)} at the start to ${formatNumber(now)}, by ${formatNumber(after)} in the last ${SWEEPS} sweeps and by ${formatNumber(before)} in the ${SWEEPS} before; the problem may have no minimum.`,
    evidence: { objective: now, start: first, fall: after, fallBefore: before, sweeps: SWEEPS },
  };
}

function fallenEvenly(
  { first, now }: Memory,
  { sweeps, fall }: ReturnType<typeof sweepFell>,
): FindingDetail {
  return {
    block: null,
    text: `F fell evenly in the last ${sweeps} sweeps, by ${formatNumber(fall)} in the last of them, from ${formatNumber(first)} at the start to ${formatNumber(now)}; if it goes on so, the problem has no minimum.`,
    evidence: { objective: now, start: first, fall, sweeps },
  };
}

/** F(x) = f(x) + r(x) at the iterate, after the update. */
export const objective: Diagnostic = {
  name: 'objective',
  title: 'Objective',
  summary: 'F = f + r at the iterate after the update.',
  formula: 'F(x) = f(x) + Σ_b r_b(x_b), after the commit',
  source: 'definition',
  suits: 'everything',
  options: {},
  unit: 'objective',
  scale: 'log',
  cost: 'block',
  of: 'run',
  byDefault: true,
  inline: { at: 'run', label: null, letter: null },
  draw: { ...lines, onLog: 'suboptimality' },
  // Of a bound that dual values give, a gap pays: then it comes with that.
  beside: ({ lowerBound }) => (lowerBound === null ? undefined : 'suboptimality'),
  verdict: divergence,
  ...objectiveAfter,
  fits: always,
};
