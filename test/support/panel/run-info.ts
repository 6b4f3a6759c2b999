// An invented run's description, for tests of whatever needs one.
import { type Abilities, type Facts, noFacts } from '../../../solver/wire/facts.ts';
import type { RunInfo } from '../../../solver/wire/run.ts';
import { blocks, metrics } from '../engine/metrics.ts';

/** Everything can be done. */
export const abilities: Abilities = {
  stepUpdate: true,
  stepPhase: true,
  stepSweep: true,
  continue: true,
  pause: true,
  back: true,
  goTo: true,
  editOrdering: true,
  editStepSize: true,
  editFrozen: true,
  editValue: true,
  editParameter: true,
  fork: true,
  replay: true,
  evaluate: true,
  conditions: true,
  breakpoints: true,
};

/** What a source says of a run where nothing was edited but what is given. */
export function factsWith(more: Partial<Facts> = {}): Facts {
  return { ...noFacts, ordering: { name: 'cyclic', since: 0, pending: null }, ...more };
}

export function runInfo(blockCount: number): RunInfo {
  const own = blocks(blockCount);
  return {
    version: '0.0.0',
    node: 'v20',
    problem: 'lasso',
    method: 'pccd',
    ordering: 'cyclic',
    step: 'lipschitz',
    seed: 1,
    backend: 'js',
    backendReason: 'The only one.',
    abilities,
    blocks: own,
    findings: [],
    metrics,
    unmeasured: [],
    listing: {
      title: 'P-CCD',
      lines: [
        { text: 'x ← x₀', frame: 'run' },
        { text: 'for sweep = 1, 2, …', frame: 'sweep' },
        { text: '  g ← ∇_b f(x)', phase: 'gradient' },
        { text: '' },
        ...own.map(({ name, size }) => ({ text: `block ${name}  ${size}`, block: name })),
      ],
    },
    module: null,
    orderings: [
      { name: 'cyclic', title: 'Cyclic' },
      { name: 'shuffled', title: 'Shuffled' },
    ],
    lowerBound: null,
    parameters: {},
    notes: [],
    stopOnEntry: true,
  };
}
