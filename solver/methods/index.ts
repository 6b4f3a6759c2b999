import type { Diagnostic } from '../core/diagnostic.ts';
import type { MethodPart } from '../core/method.ts';
import { acoder } from './acoder.ts';
import { anderson } from './anderson.ts';
import { exact } from './exact.ts';
import { gradientDescent } from './gradientDescent.ts';
import { pccd } from './pccd.ts';
import { proxNewton } from './proxNewton/proxNewton.ts';
import { vrccd } from './vrccd.ts';
import { workingSetDiagnostics } from './workingSet/columns.ts';
import { workingSet } from './workingSet/workingSet.ts';

/** Every method, in the order they are offered. */
export const methods = [
  pccd,
  vrccd,
  acoder,
  exact,
  gradientDescent,
  anderson,
  workingSet,
  proxNewton,
] as const satisfies readonly MethodPart[];

/** What only some of them have to be measured. */
export const methodDiagnostics: readonly Diagnostic[] = workingSetDiagnostics;
