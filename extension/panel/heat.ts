import type { HeatColumns } from '../../solver/wire/panel.ts';
import { type Draw, isAbove, type Limit, type MetricInfo } from '../../solver/wire/run.ts';
import { liveBranch } from '../../solver/wire/state.ts';
import { chunkEnd, within } from '../history/column.ts';
import type { Entry } from '../history/entry.ts';
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
    const above: Record<string, Uint8Array> = {};
    const { entry } = view.history;
    for (const { name, draw } of metrics) {
      if (!rows.columns.has(name)) continue;
      const values = new Float32Array((count - from) * blocks).fill(Number.NEGATIVE_INFINITY);
      const marks = new Uint8Array(values.length);
      for (let c = from; c < count; c++) {
        const [start, end] = [startOf(c), startOf(c + 1)];
        const [first, last] = [(c - from) * blocks, (c - from + 1) * blocks];
        const column = { values: values.subarray(first, last), marks: marks.subarray(first, last) };
        const [row, stop] = [rows.rowsUpTo(start - 1), rows.rowsUpTo(end - 1)];
        fill(rows, name, draw.reducer, row, stop, column.values);
        if (draw.limit !== null) mark(rows, name, draw.limit, row, stop, column.marks);
        if (start === 1) fillUnmoved(column, name, draw.limit, entry);
      }
      cells[name] = values;
      if (draw.limit !== null) above[name] = marks;
    }
    return { from, edges, cells, above };
  }
}

/** Blocks that did not move in the first column have the values of step 0, where they are known. */
function fillUnmoved(
  { values, marks }: { readonly values: Float32Array; readonly marks: Uint8Array },
  metric: string,
  limit: Limit | null,
  entry: Entry,
): void {
  for (let block = 0; block < values.length; block++) {
    const at = (name: string) => entry.at(name, block);
    if (values[block] !== Number.NEGATIVE_INFINITY || Number.isNaN(at(metric))) continue;
    values[block] = at(metric);
    if (limit !== null && isAbove(limit, at(metric), at)) marks[block] = 1;
  }
}

/** One value of each block for the rows first … end − 1; of the largest and of a mean a NaN wins over every number. */
function fill(
  rows: HistoryRows,
  metric: string,
  reducer: Draw['reducer'],
  first: number,
  end: number,
  out: Float32Array,
): void {
  const column = rows.columns.get(metric)!;
  const counts = reducer === 'mean' ? new Uint32Array(out.length) : null;
  const isLast = reducer === 'last';
  for (let row = first; row < end; ) {
    const stop = Math.min(end, chunkEnd(row));
    const [blocks, values] = [rows.block.chunkOf(row), column.chunkOf(row)];
    for (; row < stop; row++) {
      const block = blocks[within(row)]!;
      const value = values[within(row)]!;
      if (counts !== null) {
        const n = counts[block]!++;
        out[block] = n === 0 ? value : out[block]! + (value - out[block]!) / (n + 1);
      } else if (isLast || !(value <= out[block]!)) out[block] = value;
    }
  }
}

/** 1 for each block with a row, first … end − 1, whose value is above a limit that holds for that update. */
function mark(
  rows: HistoryRows,
  metric: string,
  limit: Limit,
  first: number,
  end: number,
  out: Uint8Array,
): void {
  const column = rows.columns.get(metric)!;
  const unless = limit.unless === null ? undefined : rows.columns.get(limit.unless);
  const over = limit.over === null ? undefined : rows.columns.get(limit.over);
  for (let row = first; row < end; ) {
    const stop = Math.min(end, chunkEnd(row));
    const [blocks, values] = [rows.block.chunkOf(row), column.chunkOf(row)];
    const [overs, unlesses] = [over?.chunkOf(row), unless?.chunkOf(row)];
    const at = (name: string) =>
      (name === limit.unless ? unlesses : overs)?.[within(row)] ?? Number.NaN;
    for (; row < stop; row++)
      if (isAbove(limit, values[within(row)]!, at)) out[blocks[within(row)]!] = 1;
  }
}
