import type { MethodPart } from '../core/method.ts';
import { acoder } from './acoder.ts';
import { anderson } from './anderson.ts';
import { exact } from './exact.ts';
import { gradientDescent } from './gradientDescent.ts';
import { pccd } from './pccd.ts';
import { vrccd } from './vrccd.ts';

/** Every method, in the order they are offered. */
export const methods = [
  pccd,
  vrccd,
  acoder,
  exact,
  gradientDescent,
  anderson,
] as const satisfies readonly MethodPart[];
