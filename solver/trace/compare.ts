import type { MetricsBatch } from '../wire/protocol.ts';

/** A value that is not what was recorded. */
export interface Difference {
  readonly k: number;
  /** Place in RunInfo.blocks of the block whose row it is, as recorded. */
  readonly block: number;
  /** A metric, `block`, `sweep`, or `end` where a step is missing. */
  readonly metric: string;
  readonly recorded: number;
  readonly computed: number;
}

/** Whole steps of one branch with k > from. */
export type Steps = (from: number) => MetricsBatch;

/** The first bits in which two runs differ over the steps that were recorded; NaN is one value, −0 is not 0. */
export function firstDifference(recorded: Steps, computed: Steps): Difference | null {
  for (let from = 0; ; ) {
    const a = recorded(from);
    if (a.count === 0) return null;
    const b = computed(from);
    if (b.count === 0) {
      const k = a.k[0] as number;
      return { k, block: a.block[0] as number, metric: 'end', recorded: k, computed: from };
    }
    const to = Math.min(a.to, b.to);
    const found = inRows(a, b, to) ?? inSweeps(a, b, to);
    if (found) return found;
    from = to;
  }
}

function inRows(a: MetricsBatch, b: MetricsBatch, to: number): Difference | null {
  const shared = Object.keys(a.columns).filter(name => name in b.columns);
  for (let i = 0; i < a.count; i++) {
    const k = a.k[i] as number;
    if (k > to) return null;
    const block = a.block[i] as number;
    const unequal = (metric: string, recorded: number, computed: number): Difference | null =>
      Object.is(recorded, computed) ? null : { k, block, metric, recorded, computed };
    const found =
      unequal('k', k, b.k[i] ?? Number.NaN) ??
      unequal('block', block, b.block[i] ?? Number.NaN) ??
      unequal('sweep', a.sweep[i] as number, b.sweep[i] ?? Number.NaN);
    if (found) return found;
    for (const name of shared) {
      const one = a.columns[name]?.[i] as number;
      const other = b.columns[name]?.[i] as number;
      if (!Object.is(one, other)) return unequal(name, one, other);
    }
  }
  return null;
}

function inSweeps(a: MetricsBatch, b: MetricsBatch, to: number): Difference | null {
  const shared = Object.keys(a.sweepColumns).filter(name => name in b.sweepColumns);
  for (let i = 0; i < a.sweepK.length; i++) {
    const k = a.sweepK[i] as number;
    if (k <= a.from || k > to) continue;
    const j = b.sweepK.indexOf(k);
    const block = a.block[a.k.lastIndexOf(k)] as number;
    for (const metric of shared) {
      const recorded = a.sweepColumns[metric]?.[i] as number;
      const computed = j < 0 ? Number.NaN : (b.sweepColumns[metric]?.[j] as number);
      if (!Object.is(recorded, computed)) return { k, block, metric, recorded, computed };
    }
  }
  return null;
}
