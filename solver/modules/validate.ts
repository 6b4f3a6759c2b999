import type { Refusal } from '../core/part.ts';
import { listed, printable, refuse } from '../core/words.ts';
import type { Spec } from './functions.ts';
import type { BlockPenalty } from './index.ts';

/** A mistake in a module: what is wrong, and what would be accepted. */
interface Fault {
  readonly wrong: string;
  readonly accepted: string;
}

/** The specification a module exports, checked; else the first mistake in it, as one sentence. `shown` is the path as configured. */
export function validateSpec(exported: unknown, shown: string): Spec | Refusal {
  const fault = faultOf(exported);
  return fault === null ? (exported as Spec) : refusal(shown, fault);
}

export function refusal(shown: string, { wrong, accepted }: Fault): Refusal {
  return refuse('problem', shown, wrong, accepted);
}

const FUNCTIONS = {
  value: 'value: x => f(x), a number',
  gradient: 'gradient: (x, block) => the block’s part of ∇f(x), one number a coordinate',
  lipschitz: 'lipschitz: (x, block) => a number above 0, or no lipschitz',
  hessianVector: 'hessianVector: (x, v, block) => ∇²f(x) v, or no hessianVector',
  rowGradient: 'rowGradient: (x, block, row) => ∇ of one row’s f, or no rowGradient',
} as const;
const KEYS = ['name', 'blocks', 'start', 'penalty', 'rows', ...Object.keys(FUNCTIONS)];

function faultOf(spec: unknown): Fault | null {
  if (!isRecord(spec)) {
    return {
      wrong: `exports ${spec === undefined ? 'no default' : 'a default that is not a problem'}`,
      accepted: 'export default defineProblem({ blocks, value, gradient, … })',
    };
  }
  return (
    keysFault(spec) ??
    blocksFault(spec['blocks']) ??
    functionsFault(spec) ??
    startFault(spec['start'], spec['blocks'] as Sizes) ??
    penaltyFault(spec['penalty'], spec['blocks'] as Sizes) ??
    boundsFault(spec as unknown as Spec) ??
    rowsFault(spec)
  );
}

type Sizes = Readonly<Record<string, number>>;

function keysFault(spec: Readonly<Record<string, unknown>>): Fault | null {
  const unknown = Object.keys(spec).find(key => !KEYS.includes(key));
  if (unknown !== undefined) {
    return {
      wrong: `has an unknown key "${printable(unknown)}"`,
      accepted: KEYS.join(', '),
    };
  }
  const { name } = spec;
  if (name === undefined || (typeof name === 'string' && name !== '')) return null;
  return { wrong: 'has a name that is not a string', accepted: 'name: "my problem", or no name' };
}

function blocksFault(blocks: unknown): Fault | null {
  const accepted = 'blocks: { name: size, … } with whole sizes of at least 1';
  if (!isRecord(blocks)) return { wrong: 'has no blocks', accepted };
  const entries = Object.entries(blocks);
  if (entries.length === 0) return { wrong: 'has no block in blocks', accepted };
  for (const [name, size] of entries) {
    if (name.trim() === '') return { wrong: 'has a block without a name', accepted };
    if (!Number.isSafeInteger(size) || (size as number) < 1) {
      return { wrong: `gives block "${printable(name)}" the size ${shownValue(size)}`, accepted };
    }
  }
  return null;
}

function functionsFault(spec: Readonly<Record<string, unknown>>): Fault | null {
  for (const [key, accepted] of Object.entries(FUNCTIONS)) {
    const needed = key === 'value' || key === 'gradient';
    const given = spec[key];
    if (given === undefined && !needed) continue;
    if (given === undefined) return { wrong: `has no ${key}`, accepted };
    if (typeof given !== 'function')
      return { wrong: `has a ${key} that is not a function`, accepted };
  }
  return null;
}

function startFault(start: unknown, sizes: Sizes): Fault | null {
  if (start === undefined) return null;
  const accepted = 'start: { name: [one finite number a coordinate], … }';
  if (!isRecord(start)) return { wrong: 'has a start that is not an object of blocks', accepted };
  for (const [name, values] of Object.entries(start)) {
    const size = sizes[name];
    if (!Object.hasOwn(sizes, name) || size === undefined) {
      return {
        wrong: `has a start for block "${printable(name)}", which blocks does not declare`,
        accepted: named(sizes),
      };
    }
    const list =
      Array.isArray(values) || ArrayBuffer.isView(values) ? [...(values as number[])] : null;
    if (list?.length !== size) {
      const what = list === null ? shownValue(values) : `${list.length} values`;
      return { wrong: `starts block "${printable(name)}" of size ${size} with ${what}`, accepted };
    }
    const bad = list.findIndex(value => !Number.isFinite(value));
    if (bad >= 0) {
      const what = shownValue(list[bad]);
      return { wrong: `starts block "${printable(name)}" with ${what} at index ${bad}`, accepted };
    }
  }
  return null;
}

function penaltyFault(penalty: unknown, sizes: Sizes): Fault | null {
  if (penalty === undefined) return null;
  const accepted =
    'penalty: { name: l1(λ), l2(λ), elasticNet(λ, l1Ratio), groupL2(λ), box(low, high) or nonNegative }';
  if (!isRecord(penalty))
    return { wrong: 'has a penalty that is not an object of blocks', accepted };
  for (const [name, spec] of Object.entries(penalty)) {
    if (!Object.hasOwn(sizes, name)) {
      return {
        wrong: `penalises block "${printable(name)}", which blocks does not declare`,
        accepted: named(sizes),
      };
    }
    if (spec === undefined) continue;
    const fault = blockPenaltyFault(spec as Partial<Record<string, unknown>> | null);
    if (fault !== null) {
      return {
        wrong: `penalises block "${printable(name)}" with ${fault.wrong}`,
        accepted: fault.accepted || accepted,
      };
    }
  }
  return null;
}

function blockPenaltyFault(spec: Partial<Record<string, unknown>> | null): Fault | null {
  const { kind, lambda, l1Ratio, low, high } = spec ?? {};
  switch (kind as BlockPenalty['kind']) {
    case 'l1':
    case 'l2':
    case 'groupL2':
    case 'elasticNet': {
      const fine = typeof lambda === 'number' && lambda >= 0 && lambda < Number.POSITIVE_INFINITY;
      if (!fine)
        return { wrong: `λ = ${shownValue(lambda)}`, accepted: 'a finite λ of at least 0' };
      if (kind !== 'elasticNet') return null;
      const share = typeof l1Ratio === 'number' && l1Ratio >= 0 && l1Ratio <= 1;
      return share
        ? null
        : { wrong: `l1Ratio = ${shownValue(l1Ratio)}`, accepted: 'an l1Ratio from 0 to 1' };
    }
    case 'box': {
      const fine = typeof low === 'number' && typeof high === 'number' && low <= high;
      const wrong = `bounds ${shownValue(low)} and ${shownValue(high)}`;
      return fine ? null : { wrong, accepted: 'box(low, high) with low ≤ high' };
    }
    default:
      return { wrong: 'something that is not a penalty', accepted: '' };
  }
}

/** A start outside its box: F would be infinite there. */
function boundsFault({ blocks, start, penalty }: Spec): Fault | null {
  for (const [name, size] of Object.entries(blocks)) {
    const bounds = penalty?.[name];
    if (bounds?.kind !== 'box') continue;
    const values = start?.[name] ?? new Float64Array(size);
    const outside = [...values].find(value => value < bounds.low || value > bounds.high);
    if (outside !== undefined) {
      return {
        wrong: `starts block "${printable(name)}" at ${outside}, outside of its box`,
        accepted: `start.${printable(name)} from ${bounds.low} to ${bounds.high}`,
      };
    }
  }
  return null;
}

function rowsFault({ rows, rowGradient }: Readonly<Record<string, unknown>>): Fault | null {
  const accepted = 'rows: n, a whole number of at least 1, together with rowGradient; or neither';
  if (rows === undefined && rowGradient === undefined) return null;
  if (rows === undefined) return { wrong: 'has rowGradient without rows', accepted };
  if (!Number.isSafeInteger(rows) || (rows as number) < 1 || (rows as number) > 2147483647) {
    return { wrong: `has ${shownValue(rows)} rows`, accepted };
  }
  return rowGradient === undefined ? { wrong: 'has rows without rowGradient', accepted } : null;
}

function named(sizes: Sizes): string {
  return listed(Object.keys(sizes));
}

function shownValue(value: unknown): string {
  if (typeof value === 'number' || value === undefined || value === null) return `${value}`;
  return printable(JSON.stringify(value) ?? `a ${typeof value}`);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
