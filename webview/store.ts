import type {
  Axis,
  Frame,
  LoadedRun,
  Look,
  Marks,
  RecentLaunch,
  RunHead,
  RunStatus,
  TableRows,
  TableValues,
} from '../solver/wire/panel.ts';
import type { MetricInfo } from '../solver/wire/run.ts';
import { TraceStore } from './traces.ts';
import { readTheme, type Theme } from './ui/theme.ts';
import { type Column, columnsOf, constants, hasChart } from './views/metrics.ts';

export type Scale = 'auto' | 'log' | 'linear';

/** The user's choices, kept by the editor per workspace. Metrics are identified by name. */
export interface Prefs {
  readonly axis: Axis;
  /** By metric; `auto` where it is absent. */
  readonly scale: Readonly<Record<string, Scale>>;
  /** A column's key, or `block`. */
  readonly sort: { readonly column: string; readonly descending: boolean } | null;
  /** Metrics that have a chart, and keys of the table's columns; null: those shown by default. */
  readonly charts: readonly string[] | null;
  readonly columns: readonly string[] | null;
  /** Names of blocks. */
  readonly hidden: readonly string[];
  readonly chosen: string | null;
  /** A window in steps means nothing in another run, so it goes with its run's id. */
  readonly zoom: Zoom | null;
}
export interface Zoom {
  readonly run: string;
  readonly fromK: number;
  readonly toK: number;
}
const defaults: Prefs = {
  axis: 'sweep',
  scale: {},
  sort: null,
  charts: null,
  columns: null,
  hidden: [],
  chosen: null,
  zoom: null,
};

const starting: RunStatus = {
  state: 'starting',
  text: '',
  progress: null,
  k: 0,
  end: 0,
  sweep: 0,
  block: -1,
  more: 0,
  ordering: '',
  pendingOrdering: null,
  found: [],
  foundCount: 0,
};

/** Parts of the page's state; a view names those it is drawn from. */
export type Part =
  | 'run'
  | 'recent'
  | 'status'
  | 'marks'
  | 'table'
  | 'traces'
  | 'prefs'
  | 'pointer'
  | 'lift'
  | 'order'
  | 'theme'
  | 'size';

/** The page's state. A change marks parts, and one animation frame redraws the views that depend on them. */
export class Store {
  run: RunHead | null = null;
  recent: readonly RecentLaunch[] = [];
  status: RunStatus = starting;
  marks: Marks = { marks: [], branches: [] };
  table: TableRows | null = null;
  readonly traces = new TraceStore();
  prefs: Prefs;
  theme: Theme = readTheme();
  /** The step under the pointer or under a dragged handle, and the table then. */
  pointer: { readonly k: number; readonly values: TableValues | null } | null = null;
  /** The step that the run is on its way to, or null. */
  going: number | null = null;
  /** The block under the pointer or the focus, −1 for none. */
  lifted = -1;
  /** The blocks as the table shows them. */
  order: readonly number[] = [];
  readonly #views: { readonly parts: readonly Part[]; readonly draw: () => void }[] = [];
  readonly #constant = new Set<string>();
  readonly #changed = new Set<Part>();
  readonly #afterDraw: (() => void)[] = [];
  readonly #save: (prefs: Prefs) => void;

  constructor(saved: unknown, save: (prefs: Prefs) => void) {
    this.prefs = { ...defaults, ...(typeof saved === 'object' ? saved : {}) };
    this.#save = save;
  }

  get loaded(): LoadedRun | null {
    return this.run?.loaded ?? null;
  }

  /** The block that is in focus: under the pointer, else chosen; −1 for none. */
  get inFocus(): number {
    if (this.lifted >= 0) return this.lifted;
    return this.prefs.chosen === null ? -1 : this.blockIndex(this.prefs.chosen);
  }

  /** What the table and the charts' labels show: the values under the pointer, else those of the present step. */
  get values(): TableValues | null {
    return this.pointer?.values ?? this.table;
  }

  /** The window of the charts; until a run is known, the one that was looked at last. */
  get window(): Pick<Look, 'fromK' | 'toK'> {
    const { zoom } = this.prefs;
    const valid = zoom !== null && (this.run === null || zoom.run === this.run.id);
    return valid ? { fromK: zoom.fromK, toK: zoom.toK } : { fromK: 0, toK: null };
  }

  get isZoomed(): boolean {
    return this.window.toK !== null;
  }

  /** The axis that was chosen, if this run has it. */
  get axis(): Axis {
    const axes = this.loaded?.axes ?? [];
    return axes.includes(this.prefs.axis) ? this.prefs.axis : 'step';
  }

  /** The metrics that have a chart. */
  get charts(): readonly MetricInfo[] {
    const { charts } = this.prefs;
    const shown = ({ name, byDefault }: MetricInfo) => charts?.includes(name) ?? byDefault;
    return (this.loaded?.metrics ?? []).filter(metric => hasChart(metric) && shown(metric));
  }

  /** Are the metric's curves constant? While zoomed in, the answer for the whole run is kept. */
  isConstant(metric: MetricInfo): boolean {
    if (!this.isZoomed) {
      if (constants(this, metric) === null) this.#constant.delete(metric.name);
      else this.#constant.add(metric.name);
    }
    return this.#constant.has(metric.name);
  }

  /** The table's columns after the block's name. */
  get columns(): readonly Column[] {
    const { columns } = this.prefs;
    return columnsOf(this.loaded?.metrics ?? []).filter(
      ({ key, metric }) => columns?.includes(key) ?? metric.byDefault,
    );
  }

  /** Names of the metrics that charts are drawn from. */
  get drawn(): readonly string[] {
    const { charts } = this;
    const within = ({ draw }: MetricInfo) => charts.some(({ name }) => name === draw.within);
    const others = (this.loaded?.metrics ?? []).filter(within);
    const more = charts.flatMap(({ draw }) => [draw.limit?.over ?? [], draw.onLog ?? []].flat());
    return [...new Set([...charts, ...others].map(({ name }) => name).concat(more))];
  }

  /** The metric that blocks are ranked by, and whose trend the table shows. */
  get ranked(): MetricInfo | null {
    return this.loaded?.metrics.find(({ of }) => of === 'block') ?? null;
  }

  blockIndex(name: string): number {
    return this.loaded?.blocks.indexOf(name) ?? -1;
  }

  isHidden(name: string): boolean {
    return this.prefs.hidden.includes(name);
  }

  onDraw(parts: readonly Part[], draw: () => void): void {
    this.#views.push({ parts, draw });
  }

  /** Runs once, after the next drawing. */
  afterDraw(run: () => void): void {
    this.#afterDraw.push(run);
    if (this.#changed.size === 0) this.change();
  }

  choose(prefs: Partial<Prefs>): void {
    this.prefs = { ...this.prefs, ...prefs };
    this.traces.setAxis(this.axis);
    this.#save(this.prefs);
    this.change('prefs');
  }

  lift(block: number): void {
    if (block === this.lifted) return;
    this.lifted = block;
    this.change('lift');
  }

  take(frame: Frame): void {
    const { run, recent, status, marks, table, traces } = frame;
    if (run !== undefined) this.#begin(run);
    if (recent !== undefined) this.recent = recent;
    if (status !== undefined) this.status = status;
    if (marks !== undefined) this.marks = marks;
    if (table !== undefined) this.table = table;
    if (traces !== undefined) this.traces.take(traces);
    const parts = ['run', 'recent', 'status', 'marks', 'table', 'traces'] as const;
    this.change(...parts.filter(part => frame[part] !== undefined));
  }

  change(...parts: readonly Part[]): void {
    if (this.#changed.size === 0) requestAnimationFrame(() => this.#draw());
    for (const part of parts) this.#changed.add(part);
    // An empty change still draws a frame, for those who wait for one.
    if (parts.length === 0) this.#changed.add('size');
  }

  #begin(run: RunHead | null): void {
    this.run = run;
    this.table = null;
    this.#constant.clear();
    this.pointer = null;
    this.going = null;
    this.lifted = -1;
    this.marks = { marks: [], branches: [] };
    this.status = starting;
    this.traces.clear();
    this.traces.setAxis(this.axis);
  }

  #draw(): void {
    const changed = new Set(this.#changed);
    this.#changed.clear();
    for (const { parts, draw } of this.#views) {
      if (parts.some(part => changed.has(part))) draw();
    }
    for (const run of this.#afterDraw.splice(0)) run();
  }
}
