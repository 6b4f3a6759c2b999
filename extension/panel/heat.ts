import type { HeatColumns } from '../../solver/wire/panel.ts';
import type { Draw, MetricInfo } from '../../solver/wire/run.ts';
import { liveBranch } from '../../solver/wire/state.ts';
import type { HistoryRows } from '../history/rows.ts';
import type { RunView } from './panel.ts';

/** Cells of a heatmap: what a chart can show and a message can carry ten times a second is less. */
const cellLimit = 160_000;

/** Groups sweeps (a power of two of them) into columns, with one value of each block in each: the metric says which. */
export class HeatFeed {
  #group = 0;
  #first = 0;
  #columns = 0;

  next(
    view: RunView,
    metrics: readonly MetricInfo[],
    whole: boolean,
    fromK: number,
    toK: number,
    room: number,
  ): HeatColumns {
    const rows = view.history.rows(liveBranch)!;
    const blocks = view.info!.blocks.length;
    const starts = rows.sweepStarts;
    const last = Math.max(0, starts.upTo(toK) - 1);
    const first = Math.max(0, starts.upTo(fromK + 1) - 1);
    const columns = Math.max(48, Math.min(room, Math.floor(cellLimit / blocks)));
    const group = 2 ** Math.max(0, Math.ceil(Math.log2((last - first + 1) / columns)));
    const start = Math.floor(first / group) * group;
    if (whole || group !== this.#group || start !== this.#first) {
      this.#group = group;
      this.#first = start;
      this.#columns = 0;
    }
    const from = Math.max(0, this.#columns - 1);
    const count = Math.ceil((last + 1 - this.#first) / group);
    this.#columns = count;
    const startOf = (column: number) => {
      const sweep = this.#first + column * group;
      const end = Math.min(rows.end, toK) + 1;
      return sweep < starts.length ? Math.min(starts.get(sweep), end) : end;
    };
    const edges = new Float64Array(count - from + 1);
    for (let c = from; c <= count; c++) edges[c - from] = startOf(c) - 1;
    // Before the first step its place is shown, to the end of the first sweep.
    if (rows.end === 0) edges[count - from] = blocks;
    const cells: Record<string, Float32Array> = {};
    for (const { name, draw } of metrics) {
      if (!rows.columns.has(name)) continue;
      const values = new Float32Array((count - from) * blocks).fill(Number.NEGATIVE_INFINITY);
      for (let c = from; c < count; c++) {
        const part = values.subarray((c - from) * blocks, (c - from + 1) * blocks);
        fill(rows, name, draw.reducer, startOf(c), startOf(c + 1), part);
        if (startOf(c) === 1) fillUnmoved(part, block => view.history.entry.at(name, block));
      }
      cells[name] = values;
    }
    return { from, edges, cells };
  }
}

/** Blocks that did not move in the first column have the values of step 0, where they are known. */
function fillUnmoved(out: Float32Array, atEntry: (block: number) => number): void {
  for (let block = 0; block < out.length; block++) {
    const value = atEntry(block);
    if (out[block] === Number.NEGATIVE_INFINITY && !Number.isNaN(value)) out[block] = value;
  }
}

/** One value of each block for the rows start ≤ k < end; of the largest and of a mean a NaN wins over every number. */
function fill(
  rows: HistoryRows,
  metric: string,
  reducer: Draw['reducer'],
  start: number,
  end: number,
  out: Float32Array,
): void {
  const column = rows.columns.get(metric)!;
  const counts = reducer === 'mean' ? new Uint32Array(out.length) : null;
  const last = rows.rowsUpTo(end - 1);
  for (let i = rows.rowsUpTo(start - 1); i < last; i++) {
    const block = rows.block.get(i);
    const value = column.get(i);
    if (counts !== null) {
      const n = counts[block]!++;
      out[block] = n === 0 ? value : out[block]! + (value - out[block]!) / (n + 1);
    } else if (reducer === 'last' || !(value <= out[block]!)) out[block] = value;
  }
}
