import type { Refusal } from '../core/part.ts';
import { nearestSlip } from '../core/words.ts';

// Every sentence a user can read about an expression, an assignment or a breakpoint.

/** At most this many names are listed in a sentence; more would bury it. */
const LISTED = 6;
/** Longer texts are cut in sentences. */
const QUOTED = 60;

const refuse = (refusal: string): Refusal => ({ refusal });
export const quote = (text: string): string =>
  `\`${text.length > QUOTED ? `${text.slice(0, QUOTED)}…` : text}\``;

/** ` Did you mean …?`, or the first known names, or nothing. */
function hint(word: string, known: Iterable<string>): string {
  const names = [...known];
  const near = nearestSlip(word, names);
  if (near !== null) return `; did you mean ${near}?`;
  if (names.length === 0) return '.';
  const rest = names.length > LISTED ? `, … (${names.length} in all)` : '';
  return `; known: ${names.slice(0, LISTED).join(', ')}${rest}.`;
}

export const unreadable = (text: string, why: string, column: number | null) =>
  refuse(
    `${quote(text)} cannot be read${column === null ? '' : ` at column ${column}`}: ${why.replace(/\.$/, '')}.`,
  );
export const emptyExpression = () => refuse('There is no expression to evaluate.');
export const tooLong = (length: number, limit: number) =>
  refuse(`The expression has ${length} characters; at most ${limit} are allowed.`);
export const notInGrammar = (what: string) =>
  refuse(
    `${what} cannot be used here: an expression has names, numbers, arithmetic, comparisons, &&, ||, ! and the functions prev, norm, abs, log10, min, max, frozen and value.`,
  );
export const unknownName = (name: string, known: Iterable<string>) =>
  refuse(`Nothing is named ${quote(name)} here${hint(name, known)}`);
export const unknownBlock = (name: string, known: Iterable<string>) =>
  refuse(`No block is named "${name}"${hint(name, known)}`);
export const unknownOrdering = (name: string, known: Iterable<string>) =>
  refuse(`No ordering of this run is named "${name}"${hint(name, known)}`);
export const unknownMetric = (name: string, known: Iterable<string>) =>
  refuse(`No metric of this run is named "${name}"${hint(name, known)}`);
export const unknownFunction = (name: string, known: Iterable<string>) =>
  refuse(`No function or metric is named ${quote(name)}${hint(name, known)}`);
export const functionWithoutCall = (name: string, example: string) =>
  refuse(`${name} is a function; write it as ${example}.`);
export const wrongArguments = (name: string, takes: string) => refuse(`${name} takes ${takes}.`);
export const blockWanted = (call: string, given: string) =>
  refuse(`${call} takes a block's name in quotation marks, as ${call}("${given}").`);
export const runMetricWithBlock = (metric: string) =>
  refuse(`${metric} belongs to the whole run and takes no block; write ${metric}.`);
export const operandType = (operator: string, takes: string, given: string) =>
  refuse(`${operator} takes ${takes}, but ${given}.`);
export const notACondition = (text: string, type: string) =>
  refuse(
    `The condition ${quote(text)} is a ${type}; compare it with something, as in ${text} > 0.`,
  );
export const isA = (text: string, type: string): string =>
  `${quote(text)} is ${type === 'boolean' ? 'true or false' : `a ${type}`}`;

export const notAssignable = (target: string, known: readonly string[]) =>
  refuse(
    `${quote(target)} cannot be assigned; these can: ordering, stepSize, stepSize("block"), frozen("block"), value("block", index)${known.length === 0 ? '' : `, ${known.join(', ')}`}.`,
  );
export const nothingAssigned = (target: string) =>
  refuse(`${quote(target)} is given no value; write one after the =.`);
export const compareWithTwo = (text: string) =>
  refuse(`${quote(text)} assigns; to compare, write == with two equals signs.`);
export const customNeedsOrder = () =>
  refuse(
    'ordering = custom needs a list of blocks; use Swap Ordering, or blockstep/setOrdering with options.order.',
  );
export const stepSizeRange = (given: string) =>
  refuse(
    `stepSize must be a number above 0, or auto to give it back to the step rule; ${given} is not.`,
  );
export const notBoolean = (target: string, given: string) =>
  refuse(`${target} takes true or false; ${given} is neither.`);
export const notFinite = (target: string, given: string) =>
  refuse(`${target} takes a finite number; ${given} is not one.`);
export const indexRange = (block: string, index: string, size: number | null) =>
  refuse(
    size === null
      ? `The index of a coordinate of ${block} must be a whole number from 0; ${index} is not.`
      : `${block} has ${size} ${size === 1 ? 'coordinate, whose index is 0' : `coordinates, with indices 0 to ${size - 1}`}; ${index} is out of range.`,
  );
export const scopeNeeded = (value: string) =>
  refuse(`${quote(value)} has no value before the run has started; write a number.`);

export const badHitCondition = (text: string) =>
  refuse(
    `The hit count ${quote(text)} cannot be read; write a count such as 5, >= 5, > 5, < 5, == 5 or % 5.`,
  );
export const hitCountBelow = (text: string) =>
  refuse(`The hit count ${quote(text)} can never hold: hits are counted from 1.`);
export const openBrace = (column: number) =>
  refuse(
    `The log message has a { at column ${column} without its }; write \\{ for the character itself.`,
  );
export const conditionFailed = (where: string, condition: string, error: string): string =>
  `${where}: the condition ${quote(condition)} could not be evaluated (${error}); it counts as false from here on, and this message is shown only once.`;
export const logFailed = (expression: string, error: string): string => `<${expression}: ${error}>`;

// What a stop says.
export const beforeBlock = (block: string): string => `Before ${block} moves`;
export const sweepBegins = (sweep: number): string => `Before sweep ${sweep}`;
export const beforePhase = (phase: string, block: string): string =>
  `Before the ${phase} phase of ${block}`;
export const metricName = (metric: string, block: string | null): string =>
  block === null ? metric : `${metric}("${block}")`;
export const changed = (name: string, from: string, to: string): string =>
  `${name} changed from ${from} to ${to}`;
export const found = (finding: string, block: string): string => `${finding} at ${block}`;
export const because = (condition: string): string => `, as ${condition} holds`;
export const hits = (count: number): string => `, hit ${count}`;

/**
 * `true`, `false`, a name, or the shortest decimal that reads back to the same double: `Number(exactText(v))` is v, bit for
 * bit, −0 too. Below 0.01 with an exponent, so that its first digits are seen where there is little room.
 */
export function exactText(value: number | boolean | string): string {
  if (typeof value !== 'number') return String(value);
  if (Object.is(value, -0)) return '-0';
  const isSmall = value !== 0 && Math.abs(value) < 0.01;
  return isSmall ? value.toExponential() : String(value);
}
