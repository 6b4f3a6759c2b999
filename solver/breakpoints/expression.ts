// Texts that a user gives: expressions and conditions, and assignments to the state.

import type jsep from 'jsep';
import { isRefusal, type Refusal } from '../core/part.ts';
import { compile } from './compile.ts';
import {
  assignmentAt,
  type ExpressionNames,
  type ExpressionScope,
  parseTree,
  type Read,
} from './parse.ts';
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

/** What an assignment changes: the wire's `Edit`, without the forms that cannot be written as an assignment. */
export type Assignment =
  | { readonly kind: 'ordering'; readonly ordering: string }
  | { readonly kind: 'stepSize'; readonly block: string | null; readonly value: number | null }
  | { readonly kind: 'frozen'; readonly block: string; readonly value: boolean }
  | {
      readonly kind: 'value';
      readonly block: string;
      readonly index: number;
      readonly value: number;
    }
  | { readonly kind: 'parameter'; readonly name: string; readonly value: number };

/**
 * Reads `target = value`. null: the text assigns nothing, so it is an expression. The value is an expression read at
 * `scope`, as in `stepSize = stepSize / 2`; without a scope it must be written out.
 */
export function parseAssignment(
  text: string,
  names: ExpressionNames,
  scope?: ExpressionScope,
): Assignment | Refusal | null {
  const at = assignmentAt(text);
  if (at === null) return null;
  const target = text.slice(0, at).trim();
  const value = text.slice(at + 1).trim();
  if (value === '') return say.nothingAssigned(target);
  const tree = parseTree(target);
  if (isRefusal(tree)) return tree;
  const place = placeOf(tree as jsep.CoreExpression, names, target);
  if (isRefusal(place)) return place;
  return assign(place, target, value, names, scope);
}

/** Where the value goes. */
type Place =
  | { readonly kind: 'ordering' }
  | { readonly kind: 'stepSize'; readonly block: string | null }
  | { readonly kind: 'frozen'; readonly block: string }
  | { readonly kind: 'value'; readonly block: string; readonly index: number }
  | { readonly kind: 'parameter'; readonly name: string };

function placeOf(
  node: jsep.CoreExpression,
  names: ExpressionNames,
  target: string,
): Place | Refusal {
  const no = () => say.notAssignable(target, [...(names.parameterNames ?? [])]);
  if (node.type === 'Identifier') {
    if (node.name === 'ordering') return { kind: 'ordering' };
    if (node.name === 'stepSize') return { kind: 'stepSize', block: null };
    const assignable =
      names.parameter(node.name) !== undefined && !names.metricNames.has(node.name);
    return assignable ? { kind: 'parameter', name: node.name } : no();
  }
  // x("block")[0], the way it is written in a listing; value("block", 0), the way it is read.
  if (node.type === 'MemberExpression' && node.computed) {
    const { object, property } = node as { object: jsep.Expression; property: jsep.Expression };
    const call = callOf(object as jsep.CoreExpression);
    if (call?.name !== 'x' || call.given.length !== 1) return no();
    return coordinate(call.given[0]!, property, names);
  }
  const call = callOf(node);
  if (call?.name === 'value' && call.given.length === 2) {
    return coordinate(call.given[0]!, call.given[1]!, names);
  }
  if ((call?.name !== 'stepSize' && call?.name !== 'frozen') || call.given.length !== 1)
    return no();
  const block = blockOf(call.given[0]!, names);
  if (block === null) return say.blockWanted(call.name, [...names.blockNames][0] ?? 'block');
  return isRefusal(block) ? block : { kind: call.name, block };
}

function callOf(
  node: jsep.CoreExpression,
): { name: string; given: readonly jsep.Expression[] } | null {
  if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier') return null;
  return { name: node.callee['name'] as string, given: node.arguments };
}

function coordinate(
  first: jsep.Expression,
  second: jsep.Expression,
  names: ExpressionNames,
): Place | Refusal {
  const block = blockOf(first, names);
  if (block === null) return say.blockWanted('value', [...names.blockNames][0] ?? 'block');
  if (isRefusal(block)) return block;
  const size = names.blockSize?.(block) ?? null;
  const index = literal(second);
  if (
    typeof index !== 'number' ||
    !Number.isInteger(index) ||
    index >= (size ?? Number.MAX_SAFE_INTEGER)
  ) {
    return say.indexRange(
      block,
      typeof index === 'number' ? String(index) : 'the given value',
      size,
    );
  }
  return { kind: 'value', block, index };
}

function literal(node: jsep.Expression | null): unknown {
  return node?.type === 'Literal' ? node['value'] : null;
}

function blockOf(node: jsep.Expression, names: ExpressionNames): string | Refusal | null {
  const name = literal(node);
  if (typeof name !== 'string') return null;
  return names.blockNames.has(name) ? name : say.unknownBlock(name, names.blockNames);
}

function assign(
  place: Place,
  target: string,
  value: string,
  names: ExpressionNames,
  scope: ExpressionScope | undefined,
): Assignment | Refusal {
  if (place.kind === 'ordering') {
    const ordering = value.replace(/^(["'])(.*)\1$/, '$2');
    if (!names.orderingNames.has(ordering))
      return say.unknownOrdering(ordering, names.orderingNames);
    return ordering === 'custom' ? say.customNeedsOrder() : { kind: 'ordering', ordering };
  }
  if (place.kind === 'stepSize' && (value === 'auto' || value === 'null'))
    return { ...place, value: null };
  const read = parseExpression(value, names);
  if (isRefusal(read)) return read;
  const constant = /^[-+]?(\d|\.\d)[\d.eE+-]*$|^(true|false)$/.test(value);
  if (!constant && scope === undefined) return say.scopeNeeded(value);
  const result = read.read(scope ?? nowhere);
  if (place.kind === 'frozen') {
    return typeof result === 'boolean'
      ? { ...place, value: result }
      : say.notBoolean(target, value);
  }
  if (place.kind === 'stepSize') {
    const usable = typeof result === 'number' && result > 0 && Number.isFinite(result);
    return usable ? { ...place, value: result } : say.stepSizeRange(value);
  }
  if (typeof result !== 'number' || !Number.isFinite(result)) return say.notFinite(target, value);
  return { ...place, value: result };
}

/** Scope where there is no run: only literal values are evaluated with it, and they read nothing. */
const nowhere = {} as ExpressionScope;
