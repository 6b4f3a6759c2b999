import { lazy } from '../core/memo.ts';
import { type OrderingPart, oneByOne } from '../core/ordering.ts';
import { permutation, stream } from '../core/random.ts';

/** A new uniform permutation each sweep, a function of (seed, sweep). */
export const shuffled: OrderingPart = {
  name: 'shuffled',
  title: 'Shuffled',
  summary: 'A new random permutation of the blocks each sweep.',
  source: 'Lee, Wright 2019, random permutations',
  suits: 'everything',
  options: {},
  eachBlockOnce: true,
  sets: false,
  scored: false,
  fits: () => null,
  create: ({ blocks, seed }) => {
    let drawn = -1;
    let order: Int32Array = new Int32Array(0);
    return oneByOne(blocks.length, (sweep, place) => {
      if (sweep !== drawn) {
        order = permutation(blocks.length, stream(seed, 'shuffled', sweep));
        drawn = sweep;
      }
      return order[place] as number;
    });
  },
};

/** P(b) = 1/m at every update, with replacement; a sweep is m updates. */
export const random: OrderingPart = {
  name: 'random',
  title: 'Random',
  summary: 'A uniformly random block at every update, with replacement.',
  source: 'Nesterov 2012, RCDM(0)',
  suits: 'everything but methods that need each block once a sweep',
  options: {},
  eachBlockOnce: false,
  sets: false,
  scored: false,
  fits: () => null,
  create: ({ blocks, seed }) =>
    oneByOne(blocks.length, (sweep, place) =>
      Math.floor(stream(seed, 'random', sweep, place)() * blocks.length),
    ),
};

/** P(b) ∝ L_b^α at every update, with replacement; a sweep is m updates. */
export const importance: OrderingPart = {
  name: 'importance',
  title: 'Importance',
  summary:
    'A random block with probability proportional to L_b^α, with replacement; a block without curvature as if it had the least of the others.',
  source: 'Nesterov 2012, RCDM(α)',
  suits: 'everything but methods that need each block once a sweep',
  options: {
    alpha: { type: 'number', default: 1, description: 'α in P(b) ∝ L_b^α; 0 is uniform.' },
  },
  eachBlockOnce: false,
  sets: false,
  scored: false,
  fits: () => null,
  create: ({ blocks, seed, options, lipschitz }) => {
    const alpha = options['alpha'] as number;
    // Not before a block is chosen: a module's function may be slow to give L_b.
    const sums = lazy(() => cumulative(lipschitz(), alpha));
    return oneByOne(blocks.length, (sweep, place) => {
      const upTo = sums();
      const target = stream(seed, 'importance', sweep, place)() * upTo[blocks.length - 1]!;
      let low = 0;
      let high = blocks.length - 1;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (upTo[middle]! > target) high = middle;
        else low = middle + 1;
      }
      return low;
    });
  },
};

/** Sums of the first weights L_b^α, those of flat blocks as the least of the others. */
function cumulative(lipschitz: Float64Array, alpha: number): Float64Array {
  // Relative to the largest L, so that no power overflows.
  const largest = lipschitz.reduce((most, L) => Math.max(most, L), 0);
  // Where no block has curvature all are alike. A flat block may have to move to where its
  // penalty is least, so it must be drawn too.
  const flattest = lipschitz.reduce(
    (least, L) => (L > 0 ? Math.min(least, L) : least),
    Number.POSITIVE_INFINITY,
  );
  const weight = (L: number): number =>
    largest === 0 || alpha === 0 ? 1 : (Math.max(L, flattest) / largest) ** alpha;
  let sum = 0;
  return lipschitz.map(L => {
    sum += weight(L);
    return sum;
  });
}
