import { lines } from '../../solver/diagnostics/defaults.ts';
import type { TraceHeader, TraceRows } from '../../solver/trace/file/header.ts';
import type { MetricInfo } from '../../solver/wire/run.ts';
import { runInfo } from './panel/run-info.ts';

/** A step that is made up: the blocks that moved, the values of two metrics, and one of the sweep's where it ended. */
export interface Step {
  readonly blocks: readonly number[];
  readonly values: readonly [number, number];
  readonly gap: number | null;
}

/** Steps `from` + 1, … as rows of the metrics objective, gradNorm and gap. */
export function rowsOf(from: number, steps: readonly Step[]): TraceRows {
  const rows = steps.flatMap((step, i) =>
    step.blocks.map(block => ({ ...step, block, k: from + i + 1 })),
  );
  const ended = rows.filter(({ gap, k }, i) => gap !== null && rows[i + 1]?.k !== k);
  return {
    count: rows.length,
    k: Float64Array.from(rows, row => row.k),
    block: Int32Array.from(rows, row => row.block),
    sweep: Int32Array.from(rows, row => row.k),
    columns: {
      objective: Float64Array.from(rows, row => row.values[0]),
      gradNorm: Float64Array.from(rows, row => row.values[1]),
    },
    sweepK: Float64Array.from(ended, row => row.k),
    sweepColumns: { gap: Float64Array.from(ended, row => row.gap as number) },
  };
}

/** The head of a trace of an invented run. */
export function headerOf(
  blocks: readonly string[],
  ofBlock: readonly string[],
  ofSweep: readonly string[],
): TraceHeader {
  const metric =
    (cost: 'block' | 'sweep') =>
    (name: string): MetricInfo => ({
      name,
      title: name,
      formula: '',
      unit: '',
      scale: 'log',
      cost,
      of: cost === 'block' ? 'block' : 'run',
      byDefault: true,
      draw: lines,
    });
  return {
    build: { version: '0.0.0', node: 'v20', v8: '11' },
    recipe: { problem: 'quadratic', seed: 3 },
    inputs: [{ path: '/data.csv', bytes: 3, sha256: 'abc' }],
    info: {
      ...runInfo(blocks.length),
      blocks: blocks.map(name => ({ name, size: 1, declared: null })),
      metrics: [...ofBlock.map(metric('block')), ...ofSweep.map(metric('sweep'))],
    },
  };
}
