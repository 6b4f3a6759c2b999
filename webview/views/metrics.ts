import type { LoadedRun, RunStatus, TableRows, TableValues } from '../../solver/wire/panel.ts';
import {
  isAbove as isAboveLimit,
  type Limit,
  type MetricInfo,
  ratioTo,
} from '../../solver/wire/run.ts';
import type { TraceStore } from '../traces.ts';

/** What is shown of a run. */
interface Shown {
  readonly loaded: LoadedRun | null;
  readonly values: TableValues | null;
  readonly table: TableRows | null;
  readonly status: RunStatus;
  readonly traces: TraceStore;
}

/** What a chart of this metric is called. */
export function chartTitle({ title, of }: Pick<MetricInfo, 'title' | 'of'>): string {
  return of === 'block' ? `${title} by block` : title;
}

/** A block's metrics, as limits read them. */
const of =
  ({ columns }: TableValues, block: number) =>
  (metric: string) =>
    columns[metric]?.[block] ?? Number.NaN;

/** A block's value over its limit, times the limit's number. */
export function ratio(
  values: TableValues,
  { name }: Pick<MetricInfo, 'name'>,
  limit: Limit,
  block: number,
): number {
  const at = of(values, block);
  return ratioTo(limit, at(name), at);
}

/** Is it above a limit that holds for the block's last update? */
export function isAbove(
  values: TableValues,
  { name }: Pick<MetricInfo, 'name'>,
  limit: Limit,
  block: number,
): boolean {
  const at = of(values, block);
  return isAboveLimit(limit, at(name), at);
}

/** The limit itself; NaN where it is not known. */
export function limitAt(values: TableValues, { number, over }: Limit, block: number): number {
  return over === null ? number : number / (values.columns[over]?.[block] ?? Number.NaN);
}

/** The value of a metric of the run. */
export function runValue({ loaded, values }: Shown, name: string): number {
  const of = loaded?.metrics.filter(metric => metric.of === 'run') ?? [];
  return values?.run[of.findIndex(metric => metric.name === name)] ?? Number.NaN;
}

/** What a chart of the run draws of its metric: this metric's curve, less a number. */
export interface RunCurve {
  readonly metric: string;
  readonly less: number;
}

/**
 * On a logarithmic axis the metric that is declared to take its place, where this run measures it; else its distance from the
 * lowest F.
 */
export function runCurve(
  { name, draw: { onLog } }: MetricInfo,
  log: boolean,
  { loaded, traces }: Pick<Shown, 'loaded' | 'traces'>,
): RunCurve {
  if (!log || onLog === null) return { metric: name, less: 0 };
  const isMeasured = loaded?.metrics.some(metric => metric.name === onLog);
  return isMeasured ? { metric: onLog, less: 0 } : { metric: name, less: traces.lowest };
}

/** A column of the table: a metric, or a metric against its limit. */
export interface Column {
  /** The metric's name, with `limit:` before it where the column is the ratio. Prefs and sorting speak of it. */
  readonly key: string;
  readonly title: string;
  readonly metric: MetricInfo;
  readonly limit: Limit | null;
}

/** Every column that this run can have. */
export function columnsOf(metrics: readonly MetricInfo[]): Column[] {
  const own = metrics.filter(({ of }) => of === 'block');
  const plain = own.map(metric => ({
    key: metric.name,
    title: metric.title,
    metric,
    limit: null,
  }));
  const ratios = own.flatMap(metric => {
    const { limit } = metric.draw;
    if (limit === null || limit.over === null) return [];
    return [{ key: `limit:${metric.name}`, title: limit.ratio, metric, limit }];
  });
  return [...plain, ...ratios];
}

/** Can it have a chart of its own? */
export function hasChart({ draw }: MetricInfo): boolean {
  return draw.kind !== 'none' && draw.within === null;
}

/** The constant value of each block's curve; null if a curve varies or none has two points. */
export function constants(store: Shown, metric: MetricInfo): ReadonlyMap<number, number> | null {
  const { table, loaded, status } = store;
  if (table === null || loaded === null) return null;
  const seen = table.updated.reduce((count, k) => count + (k > 0 ? 1 : 0), 0);
  // A curve of one point says nothing.
  if (status.end <= (metric.of === 'block' ? seen : loaded.blocks.length)) return null;
  const out = store.traces.constants(metric.name);
  return out !== null && out.size > 0 ? out : null;
}
