import type jsep from 'jsep';
import { isRefusal, type Refusal } from '../core/part.ts';
import { compileCall } from './calls.ts';
import {
  type ExpressionNames,
  FUNCTIONS,
  metricRead,
  type Node,
  type Read,
  WORDS,
} from './parse.ts';
import * as say from './sentences.ts';

type NumberRead = Read<number>;
type NameNode = Extract<Node, { type: 'name' }>;

/** Checks a syntax tree against the grammar and compiles it to closures. The only way from text to a run. */
export function compile(tree: jsep.Expression, names: ExpressionNames): Node | Refusal {
  const node = tree as jsep.CoreExpression;
  switch (node.type) {
    case 'Literal':
      return literal(node);
    case 'Identifier':
      return identifier(node.name, names);
    case 'UnaryExpression':
      return unary(node, names);
    case 'BinaryExpression':
      return binary(node, names);
    case 'CallExpression':
      return compileCall(node, names, compile);
    case 'MemberExpression':
      return say.notInGrammar('A . or [ ]');
    case 'ArrayExpression':
      return say.notInGrammar('A list');
    case 'ConditionalExpression':
      return say.notInGrammar('? :');
    case 'ThisExpression':
      return say.notInGrammar('this');
    case 'Compound':
    case 'SequenceExpression':
      return say.notInGrammar('More than one expression');
    default:
      // jsep's plug-ins could add kinds; none of them is in the grammar.
      return say.notInGrammar('This');
  }
}

function literal({ value, raw }: jsep.Literal): Node | Refusal {
  if (typeof value === 'number') return { type: 'number', read: () => value };
  if (typeof value === 'boolean') return { type: 'boolean', read: () => value };
  if (typeof value === 'string') return { type: 'name', of: { literal: value }, read: () => value };
  return say.notInGrammar(raw);
}

function identifier(name: string, names: ExpressionNames): Node | Refusal {
  if (name === 'k') return { type: 'number', read: scope => scope.k };
  if (name === 'sweep') return { type: 'number', read: scope => scope.sweep };
  if (name === 'block') return { type: 'name', of: 'block', read: scope => scope.block };
  if (name === 'ordering') return { type: 'name', of: 'ordering', read: scope => scope.ordering };
  if (names.metricNames.has(name)) return metricRead(name, undefined, names);
  if (names.parameter(name) !== undefined) {
    return { type: 'number', read: scope => scope.parameter(name) ?? Number.NaN };
  }
  const called = FUNCTIONS.find(known => known === name);
  if (called !== undefined) return say.functionWithoutCall(name, example(called, names));
  return say.unknownName(name, [...WORDS, ...names.metricNames, ...(names.parameterNames ?? [])]);
}

function example(name: (typeof FUNCTIONS)[number], names: ExpressionNames): string {
  const [block = 'block'] = names.blockNames;
  if (name === 'prev') return 'prev(objective)';
  if (name === 'norm' || name === 'frozen') return `${name}("${block}")`;
  if (name === 'value') return `value("${block}", 0)`;
  return name === 'min' || name === 'max' ? `${name}(1, k)` : `${name}(k)`;
}

function unary(node: jsep.UnaryExpression, names: ExpressionNames): Node | Refusal {
  const argument = compile(node.argument, names);
  if (isRefusal(argument)) return argument;
  const { operator } = node;
  if (operator === '!') {
    if (argument.type !== 'boolean')
      return say.operandType('!', 'true or false', describe(argument, node.argument));
    const { read } = argument;
    return { type: 'boolean', read: scope => !read(scope) };
  }
  if (operator !== '-' && operator !== '+') return say.notInGrammar(operator);
  if (argument.type !== 'number')
    return say.operandType(operator, 'a number', describe(argument, node.argument));
  const { read } = argument;
  return operator === '+' ? argument : { type: 'number', read: scope => -read(scope) };
}

const arithmetic: Readonly<Record<string, (a: NumberRead, b: NumberRead) => NumberRead>> = {
  '+': (a, b) => scope => a(scope) + b(scope),
  '-': (a, b) => scope => a(scope) - b(scope),
  '*': (a, b) => scope => a(scope) * b(scope),
  '/': (a, b) => scope => a(scope) / b(scope),
  '%': (a, b) => scope => a(scope) % b(scope),
};
const comparison: Readonly<Record<string, (a: NumberRead, b: NumberRead) => Read<boolean>>> = {
  '<': (a, b) => scope => a(scope) < b(scope),
  '<=': (a, b) => scope => a(scope) <= b(scope),
  '>': (a, b) => scope => a(scope) > b(scope),
  '>=': (a, b) => scope => a(scope) >= b(scope),
};

function binary(
  { operator, left, right }: jsep.BinaryExpression,
  names: ExpressionNames,
): Node | Refusal {
  const a = compile(left, names);
  if (isRefusal(a)) return a;
  const b = compile(right, names);
  if (isRefusal(b)) return b;
  if (operator === '&&' || operator === '||') {
    if (a.type !== 'boolean') return say.operandType(operator, 'true or false', describe(a, left));
    if (b.type !== 'boolean') return say.operandType(operator, 'true or false', describe(b, right));
    const [readA, readB] = [a.read, b.read];
    return operator === '&&'
      ? { type: 'boolean', read: scope => readA(scope) && readB(scope) }
      : { type: 'boolean', read: scope => readA(scope) || readB(scope) };
  }
  if (/^[!=]==?$/.test(operator)) return equality(operator, a, b, left, right, names);
  const calculate = Object.hasOwn(arithmetic, operator) ? arithmetic[operator] : undefined;
  const compare = Object.hasOwn(comparison, operator) ? comparison[operator] : undefined;
  if (calculate === undefined && compare === undefined) return say.notInGrammar(operator);
  if (a.type !== 'number') return say.operandType(operator, 'numbers', describe(a, left));
  if (b.type !== 'number') return say.operandType(operator, 'numbers', describe(b, right));
  return calculate !== undefined
    ? { type: 'number', read: calculate(a.read, b.read) }
    : { type: 'boolean', read: compare!(a.read, b.read) };
}

function equality(
  operator: string,
  a: Node,
  b: Node,
  left: jsep.Expression,
  right: jsep.Expression,
  names: ExpressionNames,
): Node | Refusal {
  const wrong = a.type === 'name' && b.type === 'name' ? namesDiffer(a, b, names) : null;
  if (wrong !== null) return wrong;
  if (a.type !== b.type) {
    return say.operandType(
      operator,
      'two values of one kind',
      `${describe(a, left)} while ${describe(b, right)}`,
    );
  }
  const [readA, readB] = [a.read, b.read];
  return operator.startsWith('!')
    ? { type: 'boolean', read: scope => readA(scope) !== readB(scope) }
    : { type: 'boolean', read: scope => readA(scope) === readB(scope) };
}

/** Refuses a quoted name that the other side can never equal; null if it can. */
function namesDiffer(a: NameNode, b: NameNode, names: ExpressionNames): Refusal | null {
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    if (typeof one.of === 'string') continue;
    if (typeof other.of !== 'string') return say.notInGrammar('A text');
    const { literal } = one.of;
    if (other.of === 'block' && !names.blockNames.has(literal))
      return say.unknownBlock(literal, names.blockNames);
    if (other.of === 'ordering' && !names.orderingNames.has(literal)) {
      return say.unknownOrdering(literal, names.orderingNames);
    }
  }
  return a.of === 'block' && b.of === 'ordering'
    ? say.notInGrammar('A block beside an ordering')
    : null;
}

function describe(node: Node, tree: jsep.Expression): string {
  return say.isA(source(tree), node.type);
}

/** Enough of the text to recognise the operand by. */
function source(tree: jsep.Expression): string {
  const node = tree as jsep.CoreExpression;
  if (node.type === 'Literal') return node.raw;
  if (node.type === 'Identifier') return node.name;
  if (node.type === 'UnaryExpression') return `${node.operator}${source(node.argument)}`;
  if (node.type === 'BinaryExpression')
    return `${source(node.left)} ${node.operator} ${source(node.right)}`;
  if (node.type === 'CallExpression')
    return `${source(node.callee)}(${node.arguments.map(source).join(', ')})`;
  return '…';
}
