import { isRefusal, type Refusal } from '../core/part.ts';
import type { Block, BlocksSpec } from '../core/problem.ts';
import { refuse } from '../core/refuse.ts';

/** Blocks over the columns, and which column each coordinate behind the intercept is. */
export interface Partition {
  readonly blocks: readonly Block[];
  /** order[c]: the data's column at coordinate offset + c. */
  readonly order: Int32Array;
  /** 1 where coordinate 0 is the intercept, else 0. */
  readonly offset: 0 | 1;
}

export const interceptName = '(intercept)';

/** The blocks a specification makes of named columns; the intercept, where there is one, is a block of its own and first. */
export function partition(
  columns: readonly string[],
  spec: BlocksSpec,
  intercept: boolean,
): Partition | Refusal {
  if (intercept && columns.includes(interceptName)) {
    return refuse('intercept', true, `meets a column named ${interceptName}`, 'false');
  }
  const groups = gather(columns, spec);
  if (isRefusal(groups)) return groups;
  const blocks: Block[] = [];
  const add = (name: string, start: number, coordinates: readonly string[]): void => {
    blocks.push({ name, index: blocks.length, start, size: coordinates.length, coordinates });
  };
  if (intercept) add(interceptName, 0, [interceptName]);
  const offset = intercept ? 1 : 0;
  const order = new Int32Array(columns.length);
  let next = 0;
  for (const { name, members } of groups) {
    add(
      name,
      offset + next,
      members.map(j => columns[j] ?? ''),
    );
    for (const j of members) order[next++] = j;
  }
  return { blocks, order, offset };
}

interface Group {
  readonly name: string;
  readonly members: readonly number[];
}

function gather(columns: readonly string[], spec: BlocksSpec): readonly Group[] | Refusal {
  if (spec === 'coordinates' || spec === 'natural') {
    return columns.map((name, j) => ({ name, members: [j] }));
  }
  if ('size' in spec) return bySize(columns, spec.size);
  return byName(columns, spec.groups);
}

/** Runs of `size` neighbouring columns, named first..last; the last run may be shorter. */
function bySize(columns: readonly string[], size: number): readonly Group[] | Refusal {
  if (!Number.isInteger(size) || size < 1) {
    return refuse('blocks', { size }, 'has no whole size of at least 1', '{"size": 10}');
  }
  const groups: Group[] = [];
  for (let from = 0; from < columns.length; from += size) {
    const to = Math.min(from + size, columns.length);
    const members = Array.from({ length: to - from }, (_, k) => from + k);
    const first = columns[from] ?? '';
    groups.push({ name: to - from === 1 ? first : `${first}..${columns[to - 1]}`, members });
  }
  return groups;
}

/** The named groups in the order given; together they must hold every column once. */
function byName(
  columns: readonly string[],
  groups: Readonly<Record<string, readonly string[]>>,
): readonly Group[] | Refusal {
  const position = new Map(columns.map((name, j) => [name, j]));
  const taken = new Map<string, string>();
  const result: Group[] = [];
  for (const [name, members] of Object.entries(groups)) {
    if (name === interceptName) {
      return refuse('blocks', name, 'is the name of the intercept', 'another name for the group');
    }
    if (members.length === 0) {
      return refuse('blocks', name, 'is an empty group', 'groups of at least one column');
    }
    for (const member of members) {
      if (!position.has(member)) {
        return refuse('blocks', member, `(in group ${name}) is not a column`, listed(columns));
      }
      const other = taken.get(member);
      if (other !== undefined) {
        return refuse(
          'blocks',
          member,
          `is in group ${other} and again in ${name}`,
          'each column in one group',
        );
      }
      taken.set(member, name);
    }
    result.push({ name, members: members.map(member => position.get(member) ?? 0) });
  }
  const missing = columns.find(name => !taken.has(name));
  if (missing !== undefined) {
    return refuse('blocks', missing, 'is in no group', 'groups that hold every column once');
  }
  return result;
}

/** At most a dozen names. */
function listed(columns: readonly string[]): string {
  const shown = columns.slice(0, 12).join(', ');
  return columns.length > 12 ? `${shown}, … (${columns.length} columns)` : shown;
}
