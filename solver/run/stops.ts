import type { BreakpointSet, Hit } from '../breakpoints/breakpointSet.ts';
import type { ExpressionScope } from '../breakpoints/parse.ts';
import { PHASES, type Phase, type StepStart } from '../core/method.ts';
import type { Block } from '../core/problem.ts';
import type { State } from '../core/state.ts';
import type { Facts } from '../wire/facts.ts';
import type { Finding, Position, Stop, StopReason, Until } from '../wire/run.ts';
import type { Inspector } from './inspect/inspector.ts';
import type { Outcome } from './measure/stopping.ts';

/** Where a run stands, as far as stops are concerned. */
interface Standing {
  readonly state: State;
  position(): Position;
  facts(): Facts;
}

/** Asks the breakpoints, records the findings, and makes the stops. Looks only. */
export class Stops {
  breakpoints: BreakpointSet | null = null;
  /** Findings of the live branch, in the order they were made. */
  readonly findings: Finding[] = [];
  readonly #run: Standing;
  /** Phase of the next update that the run stands at, as an index of PHASES. */
  phase = 0;
  readonly #inspector: Inspector;
  readonly #tell: { finding(finding: Finding): void; output(text: string): void };
  /** k and phase the user was last shown; its breakpoints do not stop again. */
  #shown: { readonly k: number; readonly phase: number } | null = null;

  constructor(
    run: Standing,
    inspector: Inspector,
    tell: { finding(finding: Finding): void; output(text: string): void },
  ) {
    this.#run = run;
    this.#inspector = inspector;
    this.#tell = tell;
  }

  /** The stop of a run that stands where it ended, if it does not go on from there; else null. */
  ended(outcome: Outcome | null, until: Until): Stop | null {
    if (outcome === null || outcome.k !== this.#run.state.k) return null;
    const { status, text } = outcome;
    if (until.kind !== 'end' && status !== 'nonfinite' && status !== 'failed') return null;
    return this.stop(status, text, this.findings.find(finding => finding.text === text) ?? null);
  }

  /** The position counts as shown: its breakpoints do not stop the next start. */
  show(): void {
    this.#shown = { k: this.#run.state.k, phase: this.phase };
  }

  stop(reason: StopReason, text: string, finding: Finding | null = null): Stop {
    this.show();
    const position = this.#run.position();
    const facts = this.#run.facts();
    return { reason, position, facts, text, finding, breakpoints: [] };
  }

  /** Before the next update, and before those of its phases that will be passed. A hit phase becomes the present one. */
  before(until: Until): Stop | null {
    const set = this.#set;
    if (!set) return null;
    const { state } = this.#run;
    const shown = this.#shown?.k === state.k ? this.#shown.phase : -1;
    this.#shown = null;
    if (!set.looksAtUpdates) return null;
    const atSweepStart = state.place === 0;
    const blocks = this.#inspector.nextBlocks();
    if (!set.asksBefore(blocks, atSweepStart)) return null;
    const scope = this.#inspector.before();
    if (shown < 0) {
      const stop = this.#hit(set.beforeUpdate(scope, atSweepStart, this.#others(blocks)), null);
      if (stop) return stop;
    }
    if (!set.wantsPhases) return null;
    const from = Math.max(this.phase, shown + 1);
    const to = until.kind === 'phase' ? from : PHASES.length - 1;
    const held = this.phase;
    for (let phase = from; phase <= to; phase++) {
      this.phase = phase;
      const stop = this.#hit(set.atPhase(PHASES[phase] as Phase, scope), null);
      if (stop) return stop;
    }
    this.phase = held;
    return null;
  }

  /** After an update: data breakpoints. */
  after(): Stop | null {
    const set = this.#set;
    return set?.asksAfter ? this.#hit(set.afterUpdate(this.#inspector.after()), null) : null;
  }

  /** A finding is made. */
  found(finding: Finding): Stop | null {
    this.findings.push(finding);
    this.#tell.finding(finding);
    return this.#onFinding(finding);
  }

  /** What the method did before the update that was made, told once. */
  happened(k: number, start: StepStart | null): void {
    if (start === null) return;
    if (start.note) this.#tell.output(start.note);
    for (const { name, text, evidence } of start.events ?? [])
      this.found({ k, name, block: null, text, evidence, event: true });
  }

  /** Findings that were made at a recorded step stop again when the run passes it. */
  passed(k: number): Stop | null {
    if (!this.#set) return null;
    for (const finding of this.findings) {
      const stop = finding.k === k ? this.#onFinding(finding) : null;
      if (stop) return stop;
    }
    return null;
  }

  /** Nothing asks to look at the updates one by one. */
  get isQuiet(): boolean {
    return this.#set?.looksAtUpdates !== true;
  }

  /** May a breakpoint stop at this finding? */
  waitsFor(finding: string): boolean {
    return this.#set?.waitsFor(finding) === true;
  }

  /** The next step after k at whose finding a breakpoint may stop; ∞ where none was found yet. */
  nextFound(k: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const finding of this.findings)
      if (finding.k > k && finding.k < next && this.waitsFor(finding.name)) next = finding.k;
    return next;
  }

  /** Can a breakpoint stop before an update at all? */
  get canStopBefore(): boolean {
    return this.#set?.stopsBefore ?? false;
  }

  /** Would a breakpoint stop before the next update? Counts and prints nothing. */
  would(): boolean {
    const set = this.#set;
    const atSweepStart = this.#run.state.place === 0;
    const blocks = this.#inspector.nextBlocks();
    if (!set?.asksBefore(blocks, atSweepStart)) return false;
    return set.wouldStop(this.#inspector.before(), atSweepStart, this.#others(blocks));
  }

  /** What the blocks of the set see that come after its first, where a breakpoint stands on them. */
  #others(blocks: readonly Block[]): readonly ExpressionScope[] {
    const found: ExpressionScope[] = [];
    for (let b = 1; b < blocks.length; b++)
      if (this.#set?.standsOn(blocks[b]!.name)) found.push(this.#inspector.before(blocks[b]));
    return found;
  }

  /** Forgets what was found after step k. */
  forget(k: number): void {
    this.findings.splice(
      0,
      this.findings.length,
      ...this.findings.filter(finding => finding.k <= k),
    );
  }

  get #set(): BreakpointSet | null {
    return this.breakpoints?.isEmpty ? null : this.breakpoints;
  }

  #onFinding(finding: Finding): Stop | null {
    const set = finding.event ? null : this.#set;
    return set ? this.#hit(set.onFinding(finding.name, this.#inspector.after()), finding) : null;
  }

  #hit(hit: Hit | null, finding: Finding | null): Stop | null {
    if (!hit) return null;
    for (const log of hit.logs) this.#tell.output(log);
    if (hit.ids.length === 0) return null;
    return {
      ...this.stop(hit.reason, finding?.text ?? hit.text, finding),
      breakpoints: hit.ids,
    };
  }
}

/** How far a run goes: to step k or to the start of a sweep, whichever comes first. */
export interface Goal {
  readonly until: Until;
  readonly k: number;
  readonly sweep: number;
}

/** The goal of a run that stands at this state. */
export function goalOf(until: Until, { k, sweep }: Pick<State, 'k' | 'sweep'>): Goal {
  const never = { until, k: Number.POSITIVE_INFINITY, sweep: Number.POSITIVE_INFINITY };
  switch (until.kind) {
    case 'end':
      return never;
    case 'steps':
      return { ...never, k: k + until.count };
    case 'phase':
      return { ...never, k: k + 1 };
    case 'sweep':
      return { ...never, sweep: sweep + 1 };
  }
}
