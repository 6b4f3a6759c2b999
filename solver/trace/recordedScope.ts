import type { ExpressionScope } from '../breakpoints/parse.ts';
import { Declined } from '../thread/messages.ts';
import type { Stood } from '../thread/wire/mirror.ts';
import type { MetricInfo } from '../wire/run.ts';
import { entryOf, type Recording } from './recording.ts';

/** What expressions read of a recorded run at a step: each metric as it last stood. x was not recorded: it has no values. */
export function recordedScope(
  recording: Recording,
  at: {
    readonly k: number;
    readonly sweep: number;
    readonly block: string;
    readonly ordering: string;
    readonly frozen: Int32Array;
  },
): ExpressionScope {
  const { header, rows } = recording;
  const entry = entryOf(recording);
  const { blocks, metrics, orderings, ordering, parameters } = header.info;
  const infos = new Map(metrics.map(metric => [metric.name, metric]));
  const places = new Map(blocks.map(({ name }, place) => [name, place]));
  const numbers = Object.entries(parameters).filter(([, value]) => typeof value === 'number');
  const recorded = (info: MetricInfo, block: string, before: number): Stood =>
    info.cost === 'sweep'
      ? rows.lastOfSweep(info.name, before)
      : rows.last(info.name, info.of === 'run' ? null : (places.get(block) ?? -1), before);
  const value = (info: MetricInfo, block: string, before: number): Stood => {
    const stood = recorded(info, block, before);
    const known = stood.k === 0 && before >= 0 && info.of === 'run';
    return known ? { k: 0, value: entry[info.name] ?? Number.NaN } : stood;
  };
  return {
    blockNames: new Set(places.keys()),
    metricNames: new Set(infos.keys()),
    orderingNames: new Set([ordering, ...orderings.map(({ name }) => name)]),
    runMetricNames: new Set(metrics.filter(({ of }) => of === 'run').map(({ name }) => name)),
    parameterNames: new Set(numbers.map(([name]) => name)),
    parameter: name => numbers.find(([own]) => own === name)?.[1] as number | undefined,
    blockSize: block => blocks[places.get(block) ?? -1]?.size ?? 0,
    k: at.k,
    sweep: at.sweep,
    block: at.block,
    ordering: at.ordering,
    metric(name, block) {
      const info = infos.get(name);
      return info ? value(info, block ?? at.block, at.k).value : Number.NaN;
    },
    previous(name, block) {
      const info = infos.get(name);
      if (!info) return Number.NaN;
      const now = value(info, block ?? at.block, at.k);
      return value(info, block ?? at.block, now.k - 1).value;
    },
    values() {
      throw new Declined('refused', 'The values of x were not recorded in this trace.');
    },
    isFrozen: block => at.frozen.includes(places.get(block) ?? -1),
  };
}
