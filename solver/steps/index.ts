import type { StepRulePart } from '../core/method.ts';
import { backtracking } from './backtracking.ts';
import { fixed } from './fixed.ts';
import { lipschitz } from './lipschitz.ts';

/** Every step rule, in the order they are offered. */
export const steps = [lipschitz, fixed, backtracking] as const satisfies readonly StepRulePart[];
