import type { OrderingPart } from '../core/ordering.ts';
import type { Options } from '../core/part.ts';
import type { Block } from '../core/problem.ts';

/** All blocks at once, each from the same point: a sweep is one update. */
export const jacobi: OrderingPart = {
  name: 'jacobi',
  title: 'Jacobi',
  summary: 'All blocks at once, each from the same point; a sweep is one update.',
  source: 'Jacobi 1845; Bertsekas, Tsitsiklis 1989, §3.2',
  suits: 'weakly coupled blocks: where they are strongly coupled, steps of 1/L_b diverge',
  options: {},
  eachBlockOnce: true,
  sets: true,
  scored: false,
  ofAny: false,
  fits: () => null,
  create: ({ blocks }) => {
    const all = Array.from(blocks, block => block.index);
    return { length: 1, next: () => all };
  },
};

/** Colour by colour, the blocks of a colour at once: a sweep is one update a colour. */
export const redBlack: OrderingPart = {
  name: 'redBlack',
  title: 'Red–black',
  summary:
    'Blocks 1, 3, 5, … at once, then 2, 4, 6, … at once; or the groups of `groups`, one after the other.',
  source: 'Young 1971, red–black ordering; Bertsekas, Tsitsiklis 1989, §1.2.4 for colourings',
  suits: 'blocks that are not coupled within a colour: a chain, a grid',
  options: {
    groups: {
      type: 'nameLists',
      default: null,
      description:
        'Lists of block names that move at once, each block in one of them; default: by place, odd and even.',
    },
  },
  eachBlockOnce: true,
  sets: true,
  scored: false,
  ofAny: false,
  fits(options, blocks) {
    const { groups } = options as { groups: Groups };
    if (groups === null) return null;
    const accepted = 'lists of block names that hold each block once';
    const left = new Set(Array.from(blocks, block => block.name));
    for (const name of groups.flat()) {
      if (left.delete(name)) continue;
      const known = blocks.some(block => block.name === name);
      return {
        wrong: known
          ? `names the block "${name}" twice`
          : `names the block "${name}", which the problem does not have`,
        accepted,
      };
    }
    const [missing] = left;
    return missing === undefined ? null : { wrong: `leaves out the block "${missing}"`, accepted };
  },
  create: ({ blocks, options }) => {
    const colours = coloursOf(options, blocks);
    return { length: colours.length, next: (_sweep, place) => colours[place]! };
  },
};

type Groups = readonly (readonly string[])[] | null;

function coloursOf(options: Options, blocks: readonly Block[]): readonly (readonly number[])[] {
  const { groups } = options as { groups: Groups };
  if (groups !== null) {
    const indices = new Map(Array.from(blocks, block => [block.name, block.index]));
    return groups.map(group => group.map(name => indices.get(name)!));
  }
  const all = Array.from(blocks, block => block.index);
  const colours = [0, 1].map(colour => all.filter(index => index % 2 === colour));
  // One block alone has one colour.
  return colours.filter(colour => colour.length > 0);
}
