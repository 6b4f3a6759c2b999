import type { BranchInfo } from '../../solver/wire/protocol.ts';
import type { Finding } from '../../solver/wire/run.ts';

/** What was found on a run's way, events of its method among it, and where it stopped at breakpoints; what an edit in the past leaves behind goes to its branch. */
export class Findings {
  /** Of the live branch, in the order they were made. */
  live: Finding[] = [];
  /** By the id of the branch that the edit left behind. */
  readonly left = new Map<string, readonly Finding[]>();
  /** k of every stop at a breakpoint on the live branch. */
  hits: number[] = [];
  /** Findings of steps that were lost in a crash, as JSON: they are found again but not announced again. */
  #lost = new Set<string>();
  /** The farthest step of any stop; findings after it are new. */
  #after = -1;
  #to = -1;

  /** Is it new? One that was lost in a crash and is found again is not. */
  add(finding: Finding): boolean {
    if (this.#lost.delete(JSON.stringify(finding))) return false;
    this.live.push(finding);
    return true;
  }

  /** What was found up to the last stop, or after step k; no events. */
  since(k: number | null): readonly Finding[] {
    const after = k ?? this.#after;
    return this.live.filter(finding => finding.k > after && !finding.event);
  }

  /** The run went from one step to another; a jump within what was computed finds nothing, so what was found before stays. */
  stopped(from: number, to: number, isHit: boolean): void {
    if (to > from && to > this.#to) this.#after = from;
    this.#to = Math.max(this.#to, to);
    if (isHit) this.hits.push(to);
  }

  /** Findings of steps beyond `end` will be found again. */
  lose(end: number): void {
    const ahead = this.live.filter(({ k }) => k > end);
    this.#lost = new Set(ahead.map(finding => JSON.stringify(finding)));
  }

  /** After an edit nothing is found again. */
  edited(): void {
    this.#lost.clear();
  }

  fork({ id, from }: BranchInfo): void {
    this.left.set(
      id,
      this.live.filter(({ k }) => k > from),
    );
    this.live = this.live.filter(({ k }) => k <= from);
    this.hits = this.hits.filter(k => k <= from);
    this.#to = Math.min(this.#to, from);
  }
}
