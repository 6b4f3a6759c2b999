import type { Uri } from 'vscode';
import type { Facts } from '../../solver/wire/facts.ts';
import type { PanelAction, RecentLaunch, RunState } from '../../solver/wire/panel.ts';
import type { Finding, Position, RunInfo } from '../../solver/wire/run.ts';
import type { History } from '../history.ts';
import type { Findings } from '../run/findings.ts';

/** Everything the panel shows of one run. The fields may be read at any time between two `onDidChange`. */
export interface RunView {
  /** Stays the same as long as it is the same run; a restart is another run. */
  readonly id: string;
  /** The launch configuration's name. */
  readonly name: string;
  /** Null until the child has loaded the problem. */
  readonly info: RunInfo | null;
  readonly state: RunState;
  /** One sentence for the state: what is being done, which criterion holds, what failed. '' for none. */
  readonly text: string;
  /** How far `starting` or a long replay is, 0 … 1; null where it cannot be told. */
  readonly progress: number | null;
  readonly position: Position | null;
  readonly history: History;
  /** Settles when the values at step k are exact in the history, or cannot become so. */
  refine(k: number): Promise<void>;
  /** The settings in force at the current step, and all edits. */
  readonly facts: Facts;
  readonly findings: Pick<Findings, 'live' | 'left' | 'hits'>;
  /** Those since the last stop. */
  readonly found: readonly Finding[];
  /** Blocks that a breakpoint stands on, by name. */
  readonly breakOn: ReadonlySet<string>;
}

/** Where the panel gets its run from: the session registry. */
export interface PanelSource {
  /** The current run, or null. */
  current(): RunView | null;
  /** Launch configurations of type `blockstep`, latest used first, for the empty state. */
  recent(): readonly RecentLaunch[];
  /** Called after anything of `current()` or `recent()` changed; cheap to call often, the panel paces itself. */
  onDidChange(listener: () => void): { dispose(): void };
}

export interface PanelContext {
  readonly extensionUri: Uri;
  readonly source: PanelSource;
  /** Settles when the action was carried out (for `goTo`, when the run stands there); rejects with one sentence for the user. */
  act(action: PanelAction): Promise<void>;
}
