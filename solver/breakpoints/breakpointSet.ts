import type { BreakpointStatus, Entry, Phase } from './breakpoint.ts';
import type { ExpressionScope } from './parse.ts';
import * as say from './sentences.ts';
import { exactText } from './sentences.ts';

/** Result of one check of the breakpoints. Stop if `ids` is not empty; print `logs` in any case. */
export interface Hit {
  /** Breakpoints that stop here. */
  readonly ids: readonly string[];
  readonly reason: 'breakpoint' | 'functionBreakpoint' | 'dataBreakpoint' | 'finding';
  /** One sentence of the first that stops; '' where none does. */
  readonly text: string;
  /** Log messages, and what went wrong in a condition. */
  readonly logs: readonly string[];
}

/** A metric that is watched for changes, and its value after the last update that was seen. */
interface Watch {
  readonly metric: string;
  readonly block: string | null;
  readonly entries: Entry[];
  /** null: not read yet, so the next update has nothing to differ from. */
  last: number | null;
}

/**
 * The breakpoints of a run, as its loop checks them. Checking changes only the hit counts, which belong to the set and
 * not to the run's state.
 */
export class BreakpointSet {
  readonly statuses: readonly BreakpointStatus[];
  /** Must each update be looked at? Breakpoints on findings wait until there is one. */
  readonly looksAtUpdates: boolean;
  readonly #entries: readonly Entry[];
  readonly #blocks = new Map<string, Entry[]>();
  readonly #sweeps: Entry[] = [];
  readonly #phases = new Map<Phase, Entry[]>();
  readonly #findings = new Map<string, Entry[]>();
  readonly #watches = new Map<string, Watch>();

  /** Made by `prepareBreakpoints`. */
  constructor(
    statuses: readonly BreakpointStatus[],
    entries: readonly Entry[],
    before?: BreakpointSet,
  ) {
    this.statuses = statuses;
    this.#entries = entries;
    const old = new Map((before ? before.#entries : []).map(entry => [entry.key, entry]));
    for (const entry of entries) {
      const same = old.get(entry.key);
      if (same) entry.continueFrom(same);
      this.#file(entry);
    }
    this.looksAtUpdates = this.stopsBefore || this.asksAfter;
    if (before === undefined) return;
    for (const [key, watch] of this.#watches) watch.last = before.#watches.get(key)?.last ?? null;
  }

  /** No breakpoint can stop or print anything, so the loop need not check. */
  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  /** A breakpoint stands on a phase, so updates must go phase by phase. */
  get wantsPhases(): boolean {
    return this.#phases.size > 0;
  }

  /** Can a breakpoint stop before an update at all? Those on data and findings stop after one. */
  get stopsBefore(): boolean {
    return this.wantsPhases || this.#blocks.size > 0 || this.#sweeps.length > 0;
  }

  /** Is there anything to ask before this update? A loop at full speed makes a scope only where there is. */
  asksBefore(blocks: readonly { readonly name: string }[], atSweepStart: boolean): boolean {
    if (this.#phases.size > 0) return true;
    if (atSweepStart && this.#sweeps.length > 0) return true;
    if (this.#blocks.size > 0 && blocks.some(({ name }) => this.#blocks.has(name))) return true;
    for (const watch of this.#watches.values()) if (watch.last === null) return true;
    return false;
  }

  /** Is there a breakpoint on this block? */
  standsOn(block: string): boolean {
    return this.#blocks.has(block);
  }

  /** Is there a breakpoint on this finding? */
  waitsFor(finding: string): boolean {
    return this.#findings.has(finding);
  }

  /** Is there anything to ask after an update? */
  get asksAfter(): boolean {
    return this.#watches.size > 0;
  }

  /** Before the update of `scope.block`, and of the blocks of `others` with it; `atSweepStart`: it is the first of its sweep. */
  beforeUpdate(
    scope: ExpressionScope,
    atSweepStart: boolean,
    others: readonly ExpressionScope[] = [],
  ): Hit | null {
    // Every update is preceded by this, so the values that an update changes are read here where they are not known.
    for (const watch of this.#watches.values()) watch.last ??= read(watch, scope);
    const onBlock = this.#blocks.get(scope.block);
    const sweepBegins = atSweepStart && this.#sweeps.length > 0;
    if (onBlock === undefined && !sweepBegins && others.length === 0) return null;
    const round = new Round(scope);
    if (atSweepStart) round.ask(this.#sweeps, () => say.sweepBegins(scope.sweep));
    if (onBlock) round.ask(onBlock, () => say.beforeBlock(scope.block));
    for (const other of others)
      round.ask(this.#blocks.get(other.block) ?? [], () => say.beforeBlock(other.block), other);
    return round.hit();
  }

  /** After an update: metrics that it changed, in any bit. */
  afterUpdate(scope: ExpressionScope): Hit | null {
    if (this.#watches.size === 0) return null;
    const round = new Round(scope);
    for (const watch of this.#watches.values()) {
      const before = watch.last;
      const now = read(watch, scope);
      watch.last = now;
      if (before === null || Object.is(before, now)) continue;
      const name = say.metricName(watch.metric, watch.block);
      round.ask(watch.entries, () => say.changed(name, exactText(before), exactText(now)));
    }
    return round.hit();
  }

  /** A finding was made at `scope`'s position. */
  onFinding(name: string, scope: ExpressionScope): Hit | null {
    const entries = this.#findings.get(name);
    if (entries === undefined) return null;
    const round = new Round(scope);
    round.ask(entries, () => say.found(name, scope.block));
    return round.hit();
  }

  /** Before a phase of the update of `scope.block`. */
  atPhase(phase: Phase, scope: ExpressionScope): Hit | null {
    const entries = this.#phases.get(phase);
    if (entries === undefined) return null;
    const round = new Round(scope);
    round.ask(entries, () => say.beforePhase(phase, scope.block));
    return round.hit();
  }

  /** Would a breakpoint stop before this update? Counts and prints nothing. */
  wouldStop(
    scope: ExpressionScope,
    atSweepStart: boolean,
    others: readonly ExpressionScope[] = [],
  ): boolean {
    const asked = [
      ...(this.#blocks.get(scope.block) ?? []),
      ...(atSweepStart ? this.#sweeps : []),
      ...[...this.#phases.values()].flat(),
    ];
    return (
      asked.some(entry => entry.wouldStop(scope)) ||
      others.some(other => this.#blocks.get(other.block)?.some(entry => entry.wouldStop(other)))
    );
  }

  /** The run is back at step k: forgets later hits and the last values of metrics. */
  rewind(k: number): void {
    for (const entry of this.#entries) entry.rewind(k);
    for (const watch of this.#watches.values()) watch.last = null;
  }

  /** As at the start of a run. */
  reset(): void {
    this.rewind(-1);
  }

  #file(entry: Entry): void {
    const { at } = entry.spec;
    switch (at.kind) {
      case 'block':
        add(this.#blocks, at.block, entry);
        return;
      case 'sweep':
        this.#sweeps.push(entry);
        return;
      case 'phase':
        add(this.#phases, at.phase, entry);
        return;
      case 'finding':
        add(this.#findings, at.finding, entry);
        return;
      case 'data': {
        const key = JSON.stringify([at.metric, at.block]);
        const watch = this.#watches.get(key);
        if (watch) watch.entries.push(entry);
        else this.#watches.set(key, { ...at, entries: [entry], last: null });
      }
    }
  }
}

/** One check: collects the results of the breakpoints. */
class Round {
  readonly #scope: ExpressionScope;
  readonly #stops: { readonly entry: Entry; readonly text: string }[] = [];
  readonly #logs: string[] = [];

  constructor(scope: ExpressionScope) {
    this.#scope = scope;
  }

  ask(entries: readonly Entry[], where: () => string, scope = this.#scope): void {
    for (const entry of entries) {
      const result = entry.check(scope, where);
      if (result === null) continue;
      if ('log' in result) this.#logs.push(result.log);
      else this.#stops.push({ entry, text: result.stop });
    }
  }

  hit(): Hit | null {
    const [first] = this.#stops;
    if (first === undefined && this.#logs.length === 0) return null;
    return {
      ids: this.#stops.map(stop => stop.entry.spec.id),
      reason: first === undefined ? 'breakpoint' : reasonOf(first.entry),
      text: first?.text ?? '',
      logs: this.#logs,
    };
  }
}

function reasonOf({ spec: { at } }: Entry): Hit['reason'] {
  if (at.kind === 'data') return 'dataBreakpoint';
  if (at.kind === 'finding') return 'finding';
  return at.kind !== 'phase' && at.function ? 'functionBreakpoint' : 'breakpoint';
}

function read({ metric, block }: Watch, scope: ExpressionScope): number {
  return block === null ? scope.metric(metric) : scope.metric(metric, block);
}

function add<K>(map: Map<K, Entry[]>, key: K, entry: Entry): void {
  const list = map.get(key);
  if (list) list.push(entry);
  else map.set(key, [entry]);
}
