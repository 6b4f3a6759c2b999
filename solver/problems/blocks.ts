import { isRefusal, type Refusal } from '../core/part.ts';
import type { Block, BlocksSpec, ColumnNames } from '../core/problem.ts';
import { listed, printable, refuse } from '../core/words.ts';

/** The blocks, and the data column of each coordinate after the intercept. */
export interface Partition {
  readonly blocks: readonly Block[];
  /** order[c]: the data's column at coordinate offset + c. */
  readonly order: Int32Array;
  /** 1 where coordinate 0 is the intercept, else 0. */
  readonly offset: 0 | 1;
}

export const interceptName = '(intercept)';

/** Groups named columns into blocks as the specification says; an intercept is a block of its own and comes first. */
export function partition(
  columns: ColumnNames,
  spec: BlocksSpec,
  intercept: boolean,
): Partition | Refusal {
  if (intercept && columns.indexOf(interceptName) >= 0) {
    return refuse(
      'problemOptions.intercept',
      true,
      `conflicts with a column named ${interceptName}`,
      'false',
    );
  }
  const groups = gather(columns, spec);
  if (isRefusal(groups)) return groups;
  const { order, sizes, nameOf } = groups;
  const offset = intercept ? 1 : 0;
  const blocks: Block[] = [];
  if (intercept) {
    blocks.push({ name: interceptName, index: 0, start: 0, size: 1, coordinates: [interceptName] });
  }
  const source = { columns, order, offset };
  let next: number = offset;
  for (let g = 0; g < sizes.length; g++) {
    const name = nameOf === null ? null : nameOf(g);
    blocks.push(new ColumnBlock(name, offset + g, next, sizes[g]!, source));
    next += sizes[g]!;
  }
  return { blocks, order, offset };
}

/** Shared by all blocks of a table: its column names, and the data column of each coordinate after the intercept. */
interface Source {
  readonly columns: ColumnNames;
  readonly order: Int32Array;
  readonly offset: number;
}

/** A block of columns that makes its names on demand, because there may be ten million of them. */
class ColumnBlock implements Block {
  readonly index: number;
  readonly start: number;
  readonly size: number;
  readonly #source: Source;
  #name: string | null;

  constructor(name: string | null, index: number, start: number, size: number, source: Source) {
    this.index = index;
    this.start = start;
    this.size = size;
    this.#source = source;
    this.#name = name;
  }

  get name(): string {
    this.#name ??= this.#nameAt(0);
    return this.#name;
  }

  get coordinates(): readonly string[] {
    return Array.from({ length: this.size }, (_, k) => this.#nameAt(k));
  }

  #nameAt(k: number): string {
    const { columns, order, offset } = this.#source;
    return columns.at(order[this.start - offset + k]!) ?? '';
  }
}

/** Groups of columns, one after another in `order`; nameOf null: each is one column and has its name. */
interface Groups {
  readonly order: Int32Array;
  readonly sizes: Int32Array;
  readonly nameOf: ((group: number) => string) | null;
}

function gather(columns: ColumnNames, spec: BlocksSpec): Groups | Refusal {
  if (spec === 'coordinates' || spec === 'natural') {
    const sizes = new Int32Array(columns.length).fill(1);
    return { order: inOrder(columns.length), sizes, nameOf: null };
  }
  if ('size' in spec) return bySize(columns, spec.size);
  return byName(columns, spec.groups);
}

function inOrder(count: number): Int32Array {
  const order = new Int32Array(count);
  for (let j = 0; j < count; j++) order[j] = j;
  return order;
}

/** Runs of `size` neighbouring columns, named first..last; the last run may be shorter. */
function bySize(columns: ColumnNames, size: number): Groups | Refusal {
  if (!Number.isInteger(size) || size < 1) {
    return refuse('blocks', { size }, 'must be a whole number of at least 1', '{"size": 10}');
  }
  const p = columns.length;
  const sizes = new Int32Array(Math.ceil(p / size)).fill(Math.min(size, p));
  if (p % size !== 0) sizes[sizes.length - 1] = p % size;
  const nameOf = (group: number): string => {
    const first = columns.at(group * size) ?? '';
    return sizes[group] === 1 ? first : `${first}..${columns.at(group * size + sizes[group]! - 1)}`;
  };
  return { order: inOrder(p), sizes, nameOf };
}

/** The named groups in the order given; together they must hold every column once. */
function byName(
  columns: ColumnNames,
  groups: Readonly<Record<string, readonly string[]>>,
): Groups | Refusal {
  const taken = new Map<number, string>();
  const order = new Int32Array(columns.length);
  const names = Object.keys(groups);
  for (const [name, members] of Object.entries(groups)) {
    if (name === interceptName) {
      return refuse('blocks', name, 'is the name of the intercept', 'another name for the group');
    }
    if (members.length === 0) {
      return refuse('blocks', name, 'is an empty group', 'groups of at least one column');
    }
    for (const member of members) {
      const position = columns.indexOf(member);
      if (position < 0) {
        const wrong = `(in group ${printable(name)}) is not a column`;
        return refuse('blocks', member, wrong, listed(columns));
      }
      const other = taken.get(position);
      if (other !== undefined) {
        const wrong =
          other === name
            ? `is listed twice in group ${printable(name)}`
            : `is in both groups ${printable(other)} and ${printable(name)}`;
        return refuse('blocks', member, wrong, 'each column in one group');
      }
      order[taken.size] = position;
      taken.set(position, name);
    }
  }
  if (taken.size < columns.length) {
    let missing = 0;
    while (taken.has(missing)) missing++;
    const accepted = 'groups that hold every column once';
    return refuse('blocks', columns.at(missing), 'is in no group', accepted);
  }
  const sizes = Int32Array.from(names, name => groups[name]!.length);
  return { order, sizes, nameOf: group => names[group]! };
}
