import { type OrderingPart, oneByOne } from '../core/ordering.ts';

const eachOnce = {
  options: {},
  eachBlockOnce: true,
  sets: false,
  scored: false,
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
