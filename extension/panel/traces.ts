import type { Look, SeriesKey, Traces } from '../../solver/wire/panel.ts';
import type { MetricInfo } from '../../solver/wire/run.ts';
import { liveBranch } from '../../solver/wire/state.ts';
import { bucketWidth, decimate, decimateBlocks, type Points, place } from '../history/decimate.ts';
import type { Increasing } from '../history/increasing.ts';
import { HeatFeed } from './heat.ts';
import type { RunView } from './panel.ts';
import { branchLimit } from './status.ts';

/** With more blocks than this a chart of lines is unreadable, and a heatmap takes its place. */
export const lineLimit = 24;

/**
 * Gives the points of the window that the page looks at: all of them first, then what the run added.
 * Buckets hold a power of two of steps. A run that goes on doubles it now and then, which sends everything again;
 * so a row is looked at a constant number of times on average, and no message grows with the run.
 */
export class TraceFeed {
  #look: Look = { fromK: 0, toK: null, metrics: [], columns: 512 };
  #keys: readonly SeriesKey[] = [];
  #identity = '';
  #sentTo = 0;
  #sentLowest = Number.NaN;
  /** Sweeps whose metrics were sent. */
  #sentSweeps = 0;
  readonly #heat = new HeatFeed();

  look(look: Look): void {
    this.#look = look;
    this.#identity = '';
  }

  /** The start of the first bucket that is not complete on the page. Metrics of a sweep may come after its rows did. */
  #since(sweepK: Increasing, fromK: number, width: number): number {
    const late = this.#sentSweeps < sweepK.length ? sweepK.get(this.#sentSweeps) - 1 : this.#sentTo;
    return Math.max(fromK, Math.floor(Math.min(late, this.#sentTo) / width) * width);
  }

  /** Null: nothing is new. */
  next(view: RunView): Traces | null {
    const { history, info, facts } = view;
    if (info === null) return null;
    const live = history.rows(liveBranch)!;
    const branches = facts.branches
      .slice(-branchLimit)
      .filter(({ id }) => history.rows(id) !== undefined);
    const end = Math.max(history.end, ...branches.map(branch => branch.end));
    const { fromK, toK, columns } = this.#look;
    const until = toK ?? end;
    const width = bucketWidth(Math.max(1, until - fromK), columns);
    const metrics = info.metrics.filter(({ name }) => this.#look.metrics.includes(name));
    const asHeat = ({ of, draw }: MetricInfo) =>
      of === 'block' && (info.blocks.length > lineLimit || draw.kind === 'heat');
    const heat = metrics.filter(asHeat);
    const identity = [
      view.id,
      history.revision,
      history.entry.version,
      branches.map(({ id }) => id),
      width,
      fromK,
      until === toK,
    ];
    const whole = identity.join() !== this.#identity;
    const last = Math.min(until, history.end);
    const since = whole ? fromK : this.#since(live.sweepK, fromK, width);
    const sweeps = live.sweepK.length > this.#sentSweeps;
    const { lowest } = history;
    // It may fall although the window stands still.
    if (!whole && !sweeps && last <= this.#sentTo && lowest === this.#sentLowest) return null;
    this.#sentLowest = lowest;
    this.#sentSweeps = live.sweepK.length;
    if (whole)
      this.#keys = keys(
        metrics.filter(metric => !asHeat(metric)),
        info.blocks.length,
        branches.map(({ id }) => id),
      );
    this.#identity = identity.join();
    this.#sentTo = last;

    const count = new Int32Array(this.#keys.length);
    let ofBlocks: readonly Points[] = [];
    const parts = this.#keys.map((key, i) => {
      const rows = history.rows(key.branch);
      // A branch does not grow; its points come with the first message.
      if (rows === undefined || (rows !== live && !whole)) return null;
      const after = rows === live ? since : fromK;
      // The keys of a metric's blocks follow each other.
      if (key.block === 0) ofBlocks = decimateBlocks(rows, key.metric, width, after, until);
      const points =
        key.block < 0
          ? decimate(rows, key.metric, null, width, after, until)
          : ofBlocks[key.block]!;
      if (whole && rows === live && fromK === 0)
        beginWith(points, history.entry.at(key.metric, key.block));
      count[i] = points.k.length;
      return points;
    });
    const pack = (name: 'k' | 'low' | 'high') => {
      const packed = new Float64Array(count.reduce((sum, n) => sum + n, 0));
      let at = 0;
      for (const points of parts) {
        if (points === null) continue;
        packed.set(points[name], at);
        at += points[name].length;
      }
      return packed;
    };
    return {
      ...(whole ? { keys: this.#keys } : {}),
      count,
      k: pack('k'),
      low: pack('low'),
      high: pack('high'),
      since,
      axis: axisPlaces(view, since, last, width, whole),
      lowest: Float64Array.of(lowest),
      heat: heat.length > 0 ? this.#heat.next(view, heat, whole, fromK, until, columns) : null,
    };
  }
}

/** The series that are drawn as lines. */
function keys(
  metrics: readonly MetricInfo[],
  blocks: number,
  branches: readonly string[],
): SeriesKey[] {
  const out: SeriesKey[] = [];
  for (const { name: metric, of } of metrics) {
    // Of the branches only the newest is drawn by block.
    for (const branch of [liveBranch, ...(of === 'run' ? branches : branches.slice(-1))]) {
      if (of === 'run') out.push({ metric, block: -1, branch });
      else for (let block = 0; block < blocks; block++) out.push({ metric, block, branch });
    }
  }
  return out;
}

/** The value at step 0 comes first, where it is known. */
function beginWith({ k, low, high }: Points, value: number): void {
  if (Number.isNaN(value)) return;
  k.unshift(0);
  low.unshift(value);
  high.unshift(value);
}

/** Places of the buckets' edges in (since, until], of `until` itself and, when it is the first, of `since`. */
function axisPlaces(
  view: RunView,
  since: number,
  until: number,
  width: number,
  first: boolean,
): Traces['axis'] {
  const rows = view.history.rows(liveBranch)!;
  const blocks = view.info!.blocks.length;
  const steps: number[] = first ? [since] : [];
  for (let k = (Math.floor(since / width) + 1) * width; k < until; k += width) steps.push(k);
  if (until > since) steps.push(until);
  else if (rows.end === 0 && first) steps.push(blocks);
  const passes = rows.columns.has('passes');
  return {
    k: Float64Array.from(steps),
    sweep: Float64Array.from(steps, k => place(rows, 'sweep', k, blocks)),
    pass: passes
      ? Float64Array.from(steps, k =>
          rows.end === 0 ? k / blocks : place(rows, 'pass', k, blocks),
        )
      : new Float64Array(),
  };
}
