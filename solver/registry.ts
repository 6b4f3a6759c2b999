import { diagnostics } from './diagnostics/index.ts';
import { methods } from './methods/index.ts';
import { orderings } from './orderings/index.ts';
import { problems } from './problems/index.ts';
import { steps } from './steps/index.ts';

/** Every part there is, by family. launch.json, quick picks, documentation and the test matrix grow from it. */
export const registry = { problems, methods, orderings, steps, diagnostics } as const;
