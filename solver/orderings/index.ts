import type { OrderingPart } from '../core/ordering.ts';
import {
  custom,
  cyclic,
  greedy,
  importance,
  random,
  reverse,
  shuffled,
  symmetric,
} from './oneByOne.ts';
import { jacobi, redBlack } from './sets.ts';

/** Every ordering, in the order they are offered. */
export const orderings = [
  cyclic,
  reverse,
  symmetric,
  shuffled,
  random,
  importance,
  greedy,
  jacobi,
  redBlack,
  custom,
] as const satisfies readonly OrderingPart[];
