import type { Axis, HeatColumns, SeriesKey, Traces } from '../solver/wire/panel.ts';
import { liveBranch } from '../solver/wire/state.ts';
import { Numbers } from './ui/numbers.ts';

/** Points of one series: lowest and highest value of each bucket, with the place on the present axis. */
export interface PointSeries {
  readonly key: SeriesKey;
  readonly k: Numbers;
  readonly x: Numbers;
  readonly low: Numbers;
  readonly high: Numbers;
}

export interface Heat {
  /** k at the edges of the columns. */
  readonly edges: Numbers;
  /** By metric: columns one after the other, a value a block. */
  readonly cells: ReadonlyMap<string, Numbers>;
  /** By metric with a limit: 1 where an update in the cell was above it. */
  readonly above: ReadonlyMap<string, Numbers>;
  /** Goes up by one when columns were added or replaced; `from` is the first of them. Never the same in another run. */
  readonly version: number;
  readonly from: number;
}

/** What the charts draw: as much as fits on the screen, however long the run is. */
export class TraceStore {
  series: readonly PointSeries[] = [];
  heat: Heat | null = null;
  /** The lowest F seen. */
  lowest = Number.POSITIVE_INFINITY;
  #axis: Axis = 'step';
  #version = 0;
  readonly #byKey = new Map<string, PointSeries>();
  readonly #k = new Numbers();
  readonly #sweep = new Numbers();
  readonly #pass = new Numbers();

  find(metric: string, block: number, branch = liveBranch): PointSeries | undefined {
    return this.#byKey.get(`${metric} ${block} ${branch}`);
  }

  /**
   * The one value of each block's curve (−1: of the run's), NaN where all of it is NaN; null as soon as a curve varies by
   * more than 1e-12 of its size. The first curve that varies ends the search: most frames look at a few numbers.
   */
  constants(metric: string): Map<number, number> | null {
    const out = new Map<number, number>();
    for (const { key, low, high } of this.series) {
      if (key.metric !== metric || key.branch !== liveBranch || low.length === 0) continue;
      const value = constantOf([low, high], 0, low.length, 1);
      if (value === null) return null;
      out.set(key.block, value);
    }
    const cells = this.heat?.cells.get(metric);
    const columns = (this.heat?.edges.length ?? 0) - 1;
    if (cells === undefined || columns < 1) return out;
    const blocks = cells.length / columns;
    for (let block = 0; block < blocks; block++) {
      const value = constantOf([cells], block, columns, blocks);
      if (value === null) return null;
      if (value !== Number.NEGATIVE_INFINITY) out.set(block, value);
    }
    return out;
  }

  clear(): void {
    this.#byKey.clear();
    this.series = [];
    this.heat = null;
    for (const list of [this.#k, this.#sweep, this.#pass]) list.length = 0;
  }

  setAxis(axis: Axis): void {
    if (axis === this.#axis) return;
    this.#axis = axis;
    for (const series of this.series) this.#place(series, 0);
  }

  take(traces: Traces): void {
    const { keys, since, count } = traces;
    if (keys !== undefined) {
      this.clear();
      this.series = keys.map(key => ({
        key,
        k: new Numbers(),
        x: new Numbers(),
        low: new Numbers(),
        high: new Numbers(),
      }));
      for (const series of this.series) {
        const { metric, block, branch } = series.key;
        this.#byKey.set(`${metric} ${block} ${branch}`, series);
      }
    }
    this.#takeAxis(traces);
    this.lowest = traces.lowest[0]!;
    let at = 0;
    for (const [i, series] of this.series.entries()) {
      const next = at + (count[i] ?? 0);
      const live = series.key.branch === liveBranch;
      const kept = live ? series.k.upTo(since) : series.k.length;
      for (const name of ['k', 'low', 'high'] as const) {
        series[name].length = kept;
        series[name].pushAll(traces[name].subarray(at, next));
      }
      this.#place(series, kept);
      at = next;
    }
    if (traces.heat !== null) this.#takeHeat(traces.heat);
  }

  /** Place of step k on the present axis. */
  place(k: number): number {
    return this.#axis === 'step' ? k : interpolate(this.#k, this.#values(), k);
  }

  /** The step at a place of the present axis, rounded. */
  step(x: number): number {
    return Math.round(this.#axis === 'step' ? x : interpolate(this.#values(), this.#k, x));
  }

  #values(): Numbers {
    return this.#axis === 'pass' ? this.#pass : this.#sweep;
  }

  #place(series: PointSeries, from: number): void {
    series.x.length = from;
    for (let i = from; i < series.k.length; i++) series.x.push(this.place(series.k.at(i)));
  }

  #takeAxis({ axis, since }: Traces): void {
    const kept = this.#k.upTo(since);
    const lists = [
      [this.#k, axis.k],
      [this.#sweep, axis.sweep],
      [this.#pass, axis.pass],
    ] as const;
    for (const [list, values] of lists) {
      list.length = Math.min(list.length, kept);
      list.pushAll(values);
    }
  }

  #takeHeat(given: HeatColumns): void {
    const { from } = given;
    const edges = this.heat?.edges ?? new Numbers();
    const columns = given.edges.length - 1;
    edges.length = from;
    edges.pushAll(given.edges);
    const [cells, above] = (['cells', 'above'] as const).map(part => {
      const held = new Map<string, Numbers>();
      for (const [metric, values] of Object.entries(given[part])) {
        const list = this.heat?.[part].get(metric) ?? new Numbers();
        list.length = columns > 0 ? (from * values.length) / columns : 0;
        list.pushAll(values);
        held.set(metric, list);
      }
      return held;
    }) as [Map<string, Numbers>, Map<string, Numbers>];
    this.heat = { edges, cells, above, version: ++this.#version, from };
  }
}

/**
 * The value of `count` numbers of each list, `stride` apart from `first` on, null where they differ; −∞ (no update in the
 * cell) is passed over and returned where there is nothing else. NaN differs from every number.
 */
function constantOf(
  lists: readonly Numbers[],
  first: number,
  count: number,
  stride: number,
): number | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let missing = false;
  for (const { values } of lists) {
    for (let i = 0, at = first; i < count; i++, at += stride) {
      const value = values[at]!;
      if (value === Number.NEGATIVE_INFINITY) continue;
      if (Number.isNaN(value)) missing = true;
      if (value < low) low = value;
      if (value > high) high = value;
      if (high - low > 1e-12 * Math.abs(high) || (missing && high >= low)) return null;
    }
  }
  return missing ? Number.NaN : high;
}

/** y at x, where both lists grow; beyond the ends with the slope of the whole. */
function interpolate(xs: Numbers, ys: Numbers, x: number): number {
  const { length } = ys;
  if (length === 0) return x;
  if (length === 1) return ys.at(0);
  const last = length - 1;
  const outside = x < xs.at(0) || x > xs.at(last);
  const high = outside ? last : Math.max(1, Math.min(last, xs.upTo(x)));
  const low = outside ? 0 : high - 1;
  const width = xs.at(high) - xs.at(low);
  const slope = width > 0 ? (ys.at(high) - ys.at(low)) / width : 0;
  const base = x > xs.at(last) ? last : low;
  return ys.at(base) + slope * (x - xs.at(base));
}
