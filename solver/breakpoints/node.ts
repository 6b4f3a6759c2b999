import type jsep from 'jsep';
import type { Refusal } from '../core/part.ts';
import type { ExpressionNames, ExpressionScope } from './scope.ts';

export type Read<T> = (scope: ExpressionScope) => T;

/** A checked piece of an expression: its type is known, so reading it needs no test. */
export type Node =
  | { readonly type: 'number'; readonly read: Read<number> }
  | { readonly type: 'boolean'; readonly read: Read<boolean> }
  | {
      readonly type: 'name';
      /** What the name is of, so that a block is never compared with an ordering; a literal carries its text. */
      readonly of: 'block' | 'ordering' | { readonly literal: string };
      readonly read: Read<string>;
    };

export type Compile = (tree: jsep.Expression, names: ExpressionNames) => Node | Refusal;

/** Names that belong to the language. */
export const WORDS = ['k', 'sweep', 'block', 'ordering', 'true', 'false'] as const;
export const FUNCTIONS = ['prev', 'norm', 'abs', 'log10', 'min', 'max', 'frozen', 'value'] as const;
