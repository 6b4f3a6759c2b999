// The orderings that move one block at a time: fixed orders, random ones, and the greedy choice.

import { type OrderingPart, oneByOne } from '../core/ordering.ts';
import { lazy } from '../core/problem.ts';
import { permutation, stream } from '../core/random.ts';

const eachOnce = {
  options: {},
  eachBlockOnce: true,
  sets: false,
  scored: false,
  ofAny: true,
  fits: () => null,
} as const;

/** b = 1, 2, …, m. */
export const cyclic: OrderingPart = {
  ...eachOnce,
  name: 'cyclic',
  title: 'Cyclic',
  summary: 'Blocks 1, 2, …, m, again and again.',
  source: 'Tseng 2001',
  suits: 'everything',
  create: ({ blocks }) => oneByOne(blocks.length, (_sweep, place) => place),
};

/** b = m, m − 1, …, 1. */
export const reverse: OrderingPart = {
  ...eachOnce,
  name: 'reverse',
  title: 'Reverse',
  summary: 'Blocks m, m − 1, …, 1, again and again.',
  source: 'the order of Lin, Song, Diakonikolas 2023',
  suits: 'everything',
  create: ({ blocks }) => oneByOne(blocks.length, (_sweep, place) => blocks.length - 1 - place),
};

/** Forward sweeps and backward sweeps in turn: symmetric Gauss–Seidel. Each direction is a sweep. */
export const symmetric: OrderingPart = {
  ...eachOnce,
  name: 'symmetric',
  title: 'Symmetric',
  summary: 'A sweep forward, a sweep backward, in turn.',
  source: 'symmetric Gauss–Seidel; Bertrand, Massias 2021',
  suits: 'everything',
  create: ({ blocks }) =>
    oneByOne(blocks.length, (sweep, place, since) =>
      (sweep - since) % 2 === 0 ? place : blocks.length - 1 - place,
    ),
};

/** A list of names; a sweep is one run through it. Blocks may repeat or be left out. */
export const custom: OrderingPart = {
  name: 'custom',
  title: 'Custom',
  summary: 'The list of block names given as `order`; a sweep is one run through it.',
  source: 'the user',
  suits: 'everything but methods that need each block once a sweep',
  options: {
    order: {
      type: 'names',
      default: null,
      description: 'Block names in the order of their visits; repeats allowed.',
    },
  },
  eachBlockOnce: false,
  sets: false,
  scored: false,
  ofAny: false,
  fits(options, blocks) {
    const order = options['order'] as readonly string[] | null;
    const names = new Set(blocks.map(block => block.name));
    const accepted = `names among ${[...names].slice(0, 12).join(', ')}${names.size > 12 ? ', …' : ''}`;
    if (!order || order.length === 0) return { wrong: 'needs a list of block names', accepted };
    const unknown = order.find(name => !names.has(name));
    return unknown === undefined
      ? null
      : { wrong: `names the block "${unknown}", which the problem does not have`, accepted };
  },
  create: ({ blocks, options }) => {
    const indices = new Map(blocks.map(block => [block.name, block.index]));
    const order = ((options['order'] as readonly string[] | null) ?? []).map(
      name => indices.get(name) ?? 0,
    );
    return oneByOne(order.length, (_sweep, place) => order[place] ?? 0);
  },
};

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
  ofAny: true,
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
  ofAny: true,
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
  ofAny: true,
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

/** Gauss–Southwell-r: argmax_b ‖prox_{r_b/L_b}(x_b − ∇_b f/L_b) − x_b‖; the lowest index on ties. Costs one pass an update. */
export const greedy: OrderingPart = {
  name: 'greedy',
  title: 'Greedy',
  summary:
    'The block that would move farthest (Gauss–Southwell-r); the gradients of all blocks are counted.',
  source: 'Nutini et al. 2015, GS-r',
  suits: 'everything but methods that need each block once a sweep',
  options: {},
  eachBlockOnce: false,
  sets: false,
  scored: true,
  ofAny: false,
  fits: () => null,
  create: ({ blocks }) =>
    oneByOne(blocks.length, (_sweep, _place, _since, scores) => {
      const score = scores();
      let best = 0;
      for (let b = 1; b < blocks.length; b++) {
        if ((score[b] as number) > (score[best] as number)) best = b;
      }
      return best;
    }),
};
