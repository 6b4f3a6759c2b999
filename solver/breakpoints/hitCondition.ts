import type { Refusal } from '../core/part.ts';
import * as say from './sentences.ts';

/** Does the n-th hit (from 1) count? */
export type HitTest = (count: number) => boolean;

const tests: Readonly<Record<string, (n: number) => HitTest>> = {
  '==': n => count => count === n,
  '>=': n => count => count >= n,
  '>': n => count => count > n,
  '<=': n => count => count <= n,
  '<': n => count => count < n,
  '%': n => count => count % n === 0,
};

/** `5` (the fifth hit), `== 5`, `>= 5`, `> 5`, `<= 5`, `< 5`, `% 5` (every fifth). null where the text is blank. */
export function parseHitCondition(text: string): HitTest | Refusal | null {
  if (text.trim() === '') return null;
  const match = /^\s*(==?=?|>=?|<=?|%)?\s*(\d{1,15})\s*$/.exec(text);
  if (match === null) return say.badHitCondition(text);
  const operator = match[1] === undefined || /^=+$/.test(match[1]) ? '==' : match[1];
  const n = Number(match[2]);
  const never = operator === '<' ? n <= 1 : n === 0 && operator !== '>=' && operator !== '>';
  return never ? say.hitCountBelow(text) : tests[operator]!(n);
}
