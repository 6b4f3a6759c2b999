/**
 * Description of a part (problem, method, ordering, step rule, diagnostic); launch.json, quick picks, documentation and
 * tests are generated from it.
 */
export interface PartMeta {
  /** Registry key: lowerCamel and permanent. */
  readonly name: string;
  readonly title: string;
  /** One sentence: the formula or the rule. */
  readonly summary: string;
  /** Where it comes from: author, year, equation where there is one. */
  readonly source: string;
  /** One phrase for `blockstep list`: which problems or methods it suits. */
  readonly suits: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
}

/** One option of a part: its type, default and range, from which both the schema and the refusals are made. */
export type OptionSpec = OptionKind & {
  /** Attributes that make this option useless: together with one of them it is refused, never ignored. */
  readonly unusedWith?: readonly UnusedWith[];
};

/** An attribute, such as `step` or `problemOptions.matrix`, that is given at all, or that has this value. */
export interface UnusedWith {
  readonly attribute: string;
  readonly value?: string | number;
}

type OptionKind =
  | NumberOption
  | { readonly type: 'boolean'; readonly default: boolean; readonly description: string }
  | {
      readonly type: 'choice';
      readonly default: string;
      readonly values: readonly string[];
      readonly description: string;
    }
  /** A number, or a fraction of the smallest λ whose solution is zero: `"0.1*max"`. */
  | { readonly type: 'lambda'; readonly default: string | number; readonly description: string }
  /** A number, or the word "auto". */
  | {
      readonly type: 'numberOrAuto';
      readonly default: 'auto';
      readonly exclusiveMinimum?: number;
      readonly minimum?: number;
      readonly description: string;
    }
  /** Path of a matrix or vector file (csv or npy), loaded before the problem is built. */
  | { readonly type: 'path'; readonly default: null; readonly description: string }
  /** A list of block names, repeats allowed. */
  | { readonly type: 'names'; readonly default: null; readonly description: string }
  /** Lists of block names. */
  | { readonly type: 'nameLists'; readonly default: null; readonly description: string };

export interface NumberOption {
  readonly type: 'number' | 'integer';
  /** null: the part computes its own default from the problem and says so in the description. */
  readonly default: number | null;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly description: string;
}

/** Option values after defaults were filled in and every one was checked against its spec. */
export type Options = Readonly<
  Record<
    string,
    number | string | boolean | null | readonly string[] | readonly (readonly string[])[]
  >
>;

/** A refusal is a value: one sentence for the user, `<attribute>: "<value>" <what is wrong>; accepted: <what would be>`. */
export interface Refusal {
  readonly refusal: string;
}

export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && 'refusal' in value;
}
