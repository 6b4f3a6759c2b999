import type jsep from 'jsep';
import { isRefusal, type Refusal } from '../core/part.ts';
import {
  type Compile,
  type ExpressionNames,
  FUNCTIONS,
  metricRead,
  type Node,
  type Read,
} from './parse.ts';
import * as say from './sentences.ts';

/** A call: one of the functions of the language, or a metric of a named block. */
export function compileCall(
  call: jsep.CallExpression,
  names: ExpressionNames,
  compile: Compile,
): Node | Refusal {
  const { callee } = call;
  if (callee.type !== 'Identifier')
    return say.notInGrammar('A call of anything but a named function');
  const name = callee['name'] as string;
  // A trailing or doubled comma leaves a hole in jsep's list.
  const given = call.arguments.filter(argument => argument);
  if (given.length !== call.arguments.length) return say.wrongArguments(name, 'no empty argument');
  switch (name) {
    case 'prev':
      return previous(given, names);
    case 'norm':
      return norm(given, names, compile);
    case 'abs':
      return one(name, given, names, compile, Math.abs);
    case 'log10':
      return one(name, given, names, compile, Math.log10);
    case 'min':
      return many(name, given, names, compile, Math.min);
    case 'max':
      return many(name, given, names, compile, Math.max);
    case 'frozen': {
      const block = onlyBlock(name, given, names);
      if (isRefusal(block)) return block;
      return { type: 'boolean', read: scope => scope.isFrozen(block(scope)) };
    }
    case 'value':
      return coordinate(given, names);
    default: {
      const metric = metricCall(name, given, names);
      if (isRefusal(metric)) return metric;
      return metricRead(name, metric, names);
    }
  }
}

/** `metric("block")`: reads the block's name. */
function metricCall(
  name: string,
  given: readonly jsep.Expression[],
  names: ExpressionNames,
): Read<string> | Refusal {
  if (!names.metricNames.has(name)) {
    return say.unknownFunction(name, [...FUNCTIONS, ...names.metricNames]);
  }
  if (names.runMetricNames?.has(name)) return say.runMetricWithBlock(name);
  return onlyBlock(name, given, names);
}

/** `prev(metric)` or `prev(metric("block"))`. */
function previous(given: readonly jsep.Expression[], names: ExpressionNames): Node | Refusal {
  const takes = 'one metric, as in prev(objective) or prev(gradNorm("block"))';
  const argument = given[0];
  if (given.length !== 1 || argument === undefined) return say.wrongArguments('prev', takes);
  if (argument.type === 'Identifier') {
    const name = argument['name'] as string;
    if (!names.metricNames.has(name)) return say.unknownMetric(name, names.metricNames);
    return metricRead(name, undefined, names, true);
  }
  if (argument.type === 'CallExpression') {
    const { callee, arguments: inner } = argument as jsep.CallExpression;
    if (callee.type === 'Identifier') {
      const name = callee['name'] as string;
      const block = metricCall(name, inner, names);
      if (isRefusal(block)) return block;
      return metricRead(name, block, names, true);
    }
  }
  return say.wrongArguments('prev', takes);
}

/** ‖x_b‖₂ of a block, or √Σ v² of numbers. */
function norm(
  given: readonly jsep.Expression[],
  names: ExpressionNames,
  compile: Compile,
): Node | Refusal {
  if (given.length === 1 && blockNode(given[0]!)) {
    const block = onlyBlock('norm', given, names);
    if (isRefusal(block)) return block;
    return {
      type: 'number',
      read: scope => {
        const x = scope.values(block(scope));
        let largest = 0;
        for (let i = 0; i < x.length; i++) {
          const size = Math.abs(x[i]!);
          if (!(size <= largest)) largest = size;
        }
        if (!(largest > 0 && largest < Number.POSITIVE_INFINITY)) return largest;
        // Scaled, so that squares neither overflow nor vanish.
        let sum = 0;
        for (let i = 0; i < x.length; i++) sum += (x[i]! / largest) ** 2;
        return largest * Math.sqrt(sum);
      },
    };
  }
  return many('norm', given, names, compile, Math.hypot);
}

/** `value("block", i)`: coordinate i of the block, from 0. */
function coordinate(given: readonly jsep.Expression[], names: ExpressionNames): Node | Refusal {
  const [first, second] = given;
  if (given.length !== 2 || first === undefined || second === undefined) {
    return say.wrongArguments('value', 'a block and an index, as in value("block", 0)');
  }
  const block = onlyBlock('value', [first], names);
  if (isRefusal(block)) return block;
  const index = second.type === 'Literal' ? (second as jsep.Literal).value : null;
  const literal = first.type === 'Literal' ? String((first as jsep.Literal).value) : null;
  const size = literal === null ? null : (names.blockSize?.(literal) ?? null);
  if (
    typeof index !== 'number' ||
    !Number.isInteger(index) ||
    index >= (size ?? Number.POSITIVE_INFINITY)
  ) {
    return say.indexRange(
      literal ?? 'the block',
      typeof index === 'number' ? String(index) : 'the given value',
      size,
    );
  }
  return { type: 'number', read: scope => scope.values(block(scope))[index] ?? Number.NaN };
}

function one(
  name: string,
  given: readonly jsep.Expression[],
  names: ExpressionNames,
  compile: Compile,
  apply: (value: number) => number,
): Node | Refusal {
  const [read, second] = numbers(name, given, names, compile);
  if (isRefusal(read)) return read;
  if (read === undefined || second !== undefined) return say.wrongArguments(name, 'one number');
  return { type: 'number', read: scope => apply(read(scope)) };
}

function many(
  name: string,
  given: readonly jsep.Expression[],
  names: ExpressionNames,
  compile: Compile,
  apply: (...values: number[]) => number,
): Node | Refusal {
  const reads: Read<number>[] = [];
  for (const read of numbers(name, given, names, compile)) {
    if (isRefusal(read)) return read;
    reads.push(read);
  }
  const [first, ...rest] = reads;
  if (first === undefined) return say.wrongArguments(name, 'at least one number');
  // `apply` alone first, so that norm(-3) is 3; then pairwise, which needs no array at every update.
  return {
    type: 'number',
    read: scope => {
      let result = apply(first(scope));
      for (const read of rest) result = apply(result, read(scope));
      return result;
    },
  };
}

function* numbers(
  name: string,
  given: readonly jsep.Expression[],
  names: ExpressionNames,
  compile: Compile,
): Generator<Read<number> | Refusal, void> {
  for (const argument of given) {
    const node = compile(argument, names);
    if (isRefusal(node)) yield node;
    else if (node.type !== 'number') yield say.wrongArguments(name, 'numbers');
    else yield node.read;
  }
}

const blockNode = (node: jsep.Expression): boolean =>
  (node.type === 'Literal' && typeof node['value'] === 'string') ||
  (node.type === 'Identifier' && node['name'] === 'block');

/** The one argument as a block: a known name in quotation marks, or `block`, the current one. */
function onlyBlock(
  name: string,
  given: readonly jsep.Expression[],
  names: ExpressionNames,
): Read<string> | Refusal {
  const [argument] = given;
  const [someBlock = 'block'] = names.blockNames;
  if (given.length !== 1 || argument === undefined) return say.blockWanted(name, someBlock);
  if (argument.type === 'Identifier') {
    const word = argument['name'] as string;
    if (word === 'block') return scope => scope.block;
    return say.blockWanted(name, names.blockNames.has(word) ? word : someBlock);
  }
  const literal = argument.type === 'Literal' ? (argument as jsep.Literal).value : null;
  if (typeof literal !== 'string') return say.blockWanted(name, someBlock);
  if (!names.blockNames.has(literal)) return say.unknownBlock(literal, names.blockNames);
  return () => literal;
}
