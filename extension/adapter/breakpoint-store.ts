import type { DebugProtocol } from '@vscode/debugprotocol';
import type { BreakpointSpec, BreakpointStatus } from '../../solver/wire/protocol.ts';
import type { RunInfo } from '../../solver/wire/run.ts';
import * as say from '../errors.ts';
import type { RunClient } from '../run/client.ts';
import type { ClientTraits, Emit } from './client.ts';

/** Where a breakpoint stops (one line may declare several blocks), found when the run is known; or a sentence why it never does. */
export type Resolved =
  | { readonly ats: readonly BreakpointSpec['at'][]; readonly line?: number }
  | { readonly message: string };

/** A breakpoint as the client asked for it. */
export interface AskedBreakpoint {
  /** Equal for the same breakpoint set again, which keeps its id. */
  readonly key: string;
  readonly source?: DebugProtocol.Source;
  readonly line?: number;
  readonly condition?: string | undefined;
  readonly hitCondition?: string | undefined;
  readonly logMessage?: string | undefined;
  resolve(info: RunInfo): Resolved;
}

/** The part of a session that breakpoints use. */
interface Session {
  readonly run: RunClient | null;
  readonly client: ClientTraits;
  readonly noDebug: boolean;
  readonly emit: Emit;
}

interface Kept extends AskedBreakpoint {
  readonly id: number;
  verified: boolean;
  message: string | undefined;
  /** The line it was moved to, once it is known. */
  at: number | undefined;
}

/** The session's breakpoints. They are kept from before the run is loaded, and go to each new child. */
export class BreakpointStore {
  readonly #groups = new Map<string, Kept[]>();
  #count = 0;

  /** Replaces the breakpoints of a group (a source, the functions, …) and says how they stand, in the same order. */
  async replace(
    session: Session,
    group: string,
    asked: readonly AskedBreakpoint[],
  ): Promise<DebugProtocol.Breakpoint[]> {
    const old = this.#groups.get(group) ?? [];
    const kept = asked.map(breakpoint => {
      const at = old.findIndex(known => known.key === breakpoint.key);
      const id = at < 0 ? ++this.#count : old.splice(at, 1)[0]!.id;
      const message = say.checkedAfterLoad();
      return { ...breakpoint, id, verified: false, message, at: breakpoint.line } as Kept;
    });
    this.#groups.set(group, kept);
    await this.send(session);
    return kept.map(breakpoint => shown(session, breakpoint));
  }

  /** Sends all breakpoints to the run's source and stores its answers. Without a run they are sent when one is loaded. */
  async send(session: Session): Promise<void> {
    const { run } = session;
    const all = [...this.#groups.values()].flat();
    if (run === null || run.info === null || run.exit !== null || session.noDebug) {
      for (const breakpoint of all) {
        breakpoint.verified = false;
        breakpoint.message = waiting(session);
      }
      return;
    }
    const specs: BreakpointSpec[] = [];
    for (const breakpoint of all) {
      const resolved = breakpoint.resolve(run.info);
      if ('message' in resolved) {
        breakpoint.verified = false;
        breakpoint.message = resolved.message;
      } else {
        breakpoint.at = resolved.line;
        specs.push(...resolved.ats.map(at => specOf(breakpoint, at)));
      }
    }
    // Those of one breakpoint differ in their place alone, so they share a status as they share an id.
    const { statuses } = await run.setBreakpoints(specs);
    const byId = new Map<string, BreakpointStatus>(statuses.map(status => [status.id, status]));
    for (const breakpoint of all) {
      const status = byId.get(String(breakpoint.id));
      if (status === undefined) continue;
      breakpoint.verified = status.verified;
      breakpoint.message = status.message;
    }
  }

  /** Tells the client how every breakpoint stands now. */
  announce(session: Session): void {
    for (const breakpoint of [...this.#groups.values()].flat()) {
      session.emit('breakpoint', { reason: 'changed', breakpoint: shown(session, breakpoint) });
    }
  }
}

function waiting({ run, noDebug }: Session): string {
  if (noDebug) return say.ignoredWithoutDebugging();
  return run?.exit ? say.checkedAfterRestart() : say.checkedAfterLoad();
}

function specOf(
  { id, condition, hitCondition, logMessage }: Kept,
  at: BreakpointSpec['at'],
): BreakpointSpec {
  return {
    id: String(id),
    at,
    ...(condition === undefined ? {} : { condition }),
    ...(hitCondition === undefined ? {} : { hitCondition }),
    ...(logMessage === undefined ? {} : { logMessage }),
  };
}

function shown(
  { client }: Session,
  { id, verified, message, at, source }: Kept,
): DebugProtocol.Breakpoint {
  return {
    id,
    verified,
    ...(message === undefined ? {} : { message }),
    ...(at === undefined ? {} : { line: client.toLine(at) }),
    ...(source === undefined ? {} : { source }),
  };
}
