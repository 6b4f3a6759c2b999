import { isRefusal, type Refusal } from '../core/part.ts';
import { compile } from './compile.ts';
import { type ExpressionNames, type ExpressionScope, parseTree, type Read } from './parse.ts';
import * as say from './sentences.ts';

export type Value = number | boolean | string;

/** An expression ready to be read at any position. `read` only reads. */
export type Compiled = { readonly text: string } & (
  | { readonly type: 'number'; readonly read: Read<number> }
  | { readonly type: 'boolean'; readonly read: Read<boolean> }
  | { readonly type: 'name'; readonly read: Read<string> }
);
export type Condition = Extract<Compiled, { readonly type: 'boolean' }>;

/**
 * Reads `text` as an expression over the names. Total: any text yields either a compiled expression, whose types are
 * settled so that evaluating it cannot fail on them, or a sentence. Nothing outside the grammar compiles.
 */
export function parseExpression(text: string, names: ExpressionNames): Compiled | Refusal {
  const tree = parseTree(text);
  if (isRefusal(tree)) return tree;
  const node = compile(tree, names);
  if (isRefusal(node)) return node;
  // A text stands for a block or an ordering only beside one.
  if (node.type === 'name' && typeof node.of === 'object')
    return say.notInGrammar('A string alone');
  const { type, read } = node;
  return { type, read, text: text.trim() } as Compiled;
}

/** As `parseExpression`; the result is true or false. */
export function parseCondition(text: string, names: ExpressionNames): Condition | Refusal {
  const compiled = parseExpression(text, names);
  if (isRefusal(compiled) || compiled.type === 'boolean') return compiled;
  return say.notACondition(compiled.text, compiled.type);
}

/** The expression's value at the scope's position. Throws only what the scope throws. */
export function evaluate(compiled: Compiled, scope: ExpressionScope): Value {
  return compiled.read(scope);
}
