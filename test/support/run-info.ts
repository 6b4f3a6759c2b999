// An invented run's description, for tests of whatever needs one.
import type { RunInfo } from '../../solver/wire/protocol.ts';
import { blocks, metrics } from './metrics.ts';

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
    blocks: own,
    metrics,
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
    stepSizeFixed: null,
    lowerBound: null,
    parameters: {},
    notes: [],
    stopOnEntry: true,
  };
}
