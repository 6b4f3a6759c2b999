// Steps that are made up, traces of them, and what is read of those.
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import fc from 'fast-check';
import { lines } from '../../../solver/core/diagnostic.ts';
import { isRefusal } from '../../../solver/core/part.ts';
import type { TraceHeader, TraceRows } from '../../../solver/trace/header.ts';
import { openTrace, type TraceEntry } from '../../../solver/trace/reader.ts';
import { TraceWriter } from '../../../solver/trace/writer.ts';
import type { MetricInfo } from '../../../solver/wire/run.ts';
import { runInfo } from '../../support/panel/invented.ts';

/** What a user may see of a trace, doubles as their bits. */
type Told = readonly (readonly [string, ...(string | bigint | number)[]])[];

const bits = (value: number): bigint =>
  Number.isNaN(value) ? -1n : (new BigUint64Array(Float64Array.of(value).buffer)[0] as bigint);

function told(entries: Iterable<TraceEntry>): Told {
  const out: [string, ...(string | bigint | number)[]][] = [];
  for (const entry of entries) {
    if (entry.kind === 'edit') out.push(['edit', JSON.stringify(entry.edit), entry.text]);
    if (entry.kind === 'finding') out.push(['finding', JSON.stringify(entry.finding)]);
    if (entry.kind !== 'rows') continue;
    const { count, k, block, sweep, columns, sweepK, sweepColumns } = entry.rows;
    for (let i = 0; i < count; i++) {
      const ended = k[i + 1] === k[i] ? -1 : sweepK.indexOf(k[i] as number);
      out.push([
        'step',
        bits(k[i] as number),
        block[i] as number,
        sweep[i] as number,
        ...Object.values(columns).map(values => bits(values[i] as number)),
        ...Object.values(sweepColumns).map(values =>
          ended < 0 ? 'none' : bits(values[ended] as number),
        ),
      ]);
    }
  }
  return out;
}

export const header = headerOf(['a', 'b,"\n', 'β'], ['objective', 'gradNorm'], ['gap']);
const double = fc.oneof(
  fc.double(),
  fc.constantFrom(Number.NaN, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324),
);
const step: fc.Arbitrary<Step> = fc.record({
  blocks: fc.uniqueArray(fc.nat({ max: 2 }), { minLength: 1, maxLength: 3 }),
  values: fc.tuple(double, double),
  gap: fc.option(double),
});
type Written =
  | { readonly kind: 'steps'; readonly steps: readonly Step[] }
  | { readonly kind: 'edit'; readonly back: number; readonly value: number }
  | { readonly kind: 'finding'; readonly text: string }
  | { readonly kind: 'flush' };
export const written: fc.Arbitrary<readonly Written[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('steps' as const), steps: fc.array(step, { maxLength: 4 }) }),
    fc.record({
      kind: fc.constant('edit' as const),
      back: fc.nat({ max: 3 }),
      value: fc.double({ noNaN: true, noDefaultInfinity: true }),
    }),
    fc.record({ kind: fc.constant('finding' as const), text: fc.string({ unit: 'grapheme' }) }),
    fc.record({ kind: fc.constant('flush' as const) }),
  ),
  { maxLength: 8 },
);

/** Writes, and returns what was written with the file's length at every flush. */
export function write(path: string, all: readonly Written[]) {
  const writer = TraceWriter.open(path, header);
  assert.ok(!isRefusal(writer));
  const entries: TraceEntry[] = [];
  const whole: { readonly bytes: number; readonly told: Told }[] = [];
  const mark = () => whole.push({ bytes: statSync(path).size, told: told(entries) });
  mark();
  let k = 0;
  for (const one of all) {
    if (one.kind === 'steps') {
      const rows = rowsOf(k, one.steps);
      k += one.steps.length;
      writer.steps(rows);
      entries.push({ kind: 'rows', rows });
    } else if (one.kind === 'edit') {
      k = Math.max(0, k - one.back);
      const edit = { kind: 'value', block: 'β', index: 0, value: one.value, k } as const;
      writer.edit(edit, 'β[0] changed', false);
      entries.push({ kind: 'edit', edit, text: 'β[0] changed', together: false });
    } else if (one.kind === 'finding') {
      const finding = { k, name: 'stall', block: 'a', text: one.text, evidence: {} } as const;
      writer.finding(finding);
      entries.push({ kind: 'finding', finding });
    } else {
      writer.flush();
      mark();
    }
  }
  writer.close();
  mark();
  return whole;
}

export function read(path: string) {
  const trace = openTrace(path);
  if (isRefusal(trace)) return trace;
  try {
    const all = told(trace.entries());
    return { header: trace.header, told: all, ended: trace.ended };
  } finally {
    trace.close();
  }
}

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
    entry: { objective: 0.1 + 0.2 },
    info: {
      ...runInfo(blocks.length),
      blocks: blocks.map(name => ({ name, size: 1, declared: null })),
      metrics: [...ofBlock.map(metric('block')), ...ofSweep.map(metric('sweep'))],
    },
  };
}
