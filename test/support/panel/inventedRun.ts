import { History } from '../../../extension/history.ts';
import type { RunView } from '../../../extension/panel/panel.ts';
import { Findings } from '../../../extension/run/findings.ts';
import type { Ability, Facts } from '../../../solver/wire/facts.ts';
import type { RunState } from '../../../solver/wire/panel.ts';
import type { BranchInfo, RecordedEdit } from '../../../solver/wire/protocol.ts';
import type { Finding, MetricInfo, Position, RunInfo } from '../../../solver/wire/run.ts';
import { abilities, blocks, factsWith, metrics, rows, runInfo, type Shape } from './invented.ts';

export interface RunOptions extends Shape {
  readonly names?: readonly string[];
  readonly metrics?: readonly string[];
  /** Metrics besides those, which have no values. */
  readonly more?: readonly MetricInfo[];
  readonly steps: number;
  readonly state?: RunState;
  readonly text?: string;
  /** Where the run stands; default: at the end. */
  readonly k?: number;
  readonly edits?: readonly RecordedEdit[];
  readonly findings?: readonly Finding[];
  readonly breakpointHits?: readonly number[];
  /** The run was forked here, and the steps it had are kept as a branch. */
  readonly forkedAt?: number;
  readonly forkedEnd?: number;
  /** The gradient norms at step 0, if they are known. */
  readonly entry?: readonly number[];
  /** What the run cannot do, and why. */
  readonly cannot?: Partial<Record<Ability, string>>;
}

/** An invented run, which grows when the test says so. */
export class InventedRun implements RunView {
  readonly id: string;
  readonly name = 'Lasso on diabetes';
  readonly history = new History();
  refine = async () => {};
  readonly edits: RecordedEdit[] = [];
  readonly frozen = new Map<string, boolean>();
  readonly findings = new Findings();
  readonly branches: BranchInfo[] = [];
  breakOn = new Set<string>();
  info: RunInfo | null = null;
  state: RunState = 'starting';
  text = '';
  progress: number | null = null;
  at = 0;
  shape: Shape = { blocks: 1 };
  pending: string | null = null;

  constructor(id: string) {
    this.id = id;
  }

  get facts(): Facts {
    const name = this.edits.findLast(edit => edit.kind === 'ordering')?.ordering ?? 'cyclic';
    return factsWith({
      frozen: Int32Array.from(
        this.info?.blocks.flatMap(({ name }, b) => (this.frozen.get(name) ? [b] : [])) ?? [],
      ),
      ordering: { name, since: 0, pending: this.pending },
      edits: this.edits.map(edit => ({ edit, k: edit.k, text: textOf(edit) })),
      branches: this.branches,
    });
  }

  get found(): readonly Finding[] {
    return this.findings.live;
  }

  get position(): Position | null {
    if (this.info === null) return null;
    const k = this.at;
    const next = rows(this.shape, k, 1);
    return {
      k,
      sweep: next.sweep[0]!,
      place: k % this.shape.blocks,
      block: this.info.blocks[next.block[0]!]!.name,
      blocks: [this.info.blocks[next.block[0]!]!.name],
      phase: 'order',
      ordering: this.facts.ordering.name,
      pendingOrdering: this.pending,
      end: this.history.end,
    };
  }

  load(options: RunOptions): void {
    const chosen = (metric: MetricInfo) => options.metrics?.includes(metric.name) ?? true;
    this.shape = options;
    this.info = infoOf(options, [...metrics.filter(chosen), ...(options.more ?? [])]);
    this.history.begin(this.info);
    if (options.entry !== undefined) {
      const gradNorm = Float64Array.from(options.entry);
      this.history.entry.take({ done: true, block: { gradNorm }, run: {} });
    }
    if (options.forkedAt !== undefined) {
      const end = options.forkedEnd ?? options.steps;
      const slow = { ...options, shuffledFrom: Number.POSITIVE_INFINITY };
      this.history.append(rows(slow, 0, end));
      const branch = { id: 'one', from: options.forkedAt, end, text: 'ordering = shuffled' };
      this.history.truncateToBranch(branch);
      this.branches.push(branch);
    }
    this.grow(options.steps - this.history.end);
    this.at = options.k ?? this.history.end;
    this.edits.push(...(options.edits ?? []));
    this.findings.live.push(...(options.findings ?? []));
    this.findings.hits.push(...(options.breakpointHits ?? []));
    this.state = options.state ?? 'paused';
    this.text = options.text ?? '';
  }

  /** Computes more updates. */
  grow(count: number): void {
    this.history.append(rows(this.shape, this.history.end, count));
    this.at = this.history.end;
  }
}

/** The text of an edit, in the solver's words. */
function textOf(edit: RecordedEdit): string {
  switch (edit.kind) {
    case 'ordering':
      return `cyclic → ${edit.ordering}`;
    case 'frozen':
      return `${edit.block} ${edit.value ? 'frozen' : 'thawed'}`;
    case 'stepSize':
      return `step of ${edit.block} = ${edit.value}`;
    case 'value':
    case 'parameter':
      return `${edit.kind} = ${edit.value}`;
    case 'device':
      return edit.why;
  }
}

function infoOf(options: RunOptions, chosen: readonly MetricInfo[]): RunInfo {
  return {
    ...runInfo(0),
    blocks: blocks(options.blocks, options.names),
    metrics: chosen,
    abilities: { ...abilities, ...options.cannot },
    unmeasured: metrics.filter(
      ({ name, byDefault }) => byDefault && !chosen.some(m => m.name === name),
    ),
    listing: { title: '', lines: [] },
    orderings: ['cyclic', 'shuffled', 'random', 'greedy'].map(name => ({ name, title: name })),
  };
}
