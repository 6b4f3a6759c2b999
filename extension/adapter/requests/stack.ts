import type { DebugProtocol } from '@vscode/debugprotocol';
import { listed, printable } from '../../../solver/core/words.ts';
import type { BranchInfo, MetricsBatch, VariableView } from '../../../solver/wire/protocol.ts';
import type { Position } from '../../../solver/wire/run.ts';
import * as say from '../../errors.ts';
import { type Adapter, liveThread, type Requests, type SessionRun } from '../adapter.ts';
import { RequestError } from '../args-and-references.ts';
import { listingLine } from '../places.ts';

/** Frames of a thread: the phase of a block's update, the sweep, the run. */
const LEVELS = 3;

export const stack: Requests = {
  /** The live run is thread 1; every branch has one of its own. */
  threads(adapter) {
    const { run } = adapter;
    if (run?.info == null) return { threads: [] };
    const { problem, method } = run.info;
    return {
      threads: [
        { id: liveThread, name: `${problem} · ${method}` },
        ...run.facts.branches.map(({ from, end, text }, i) => ({
          id: liveThread + 1 + i,
          name: `branch k ${from} to ${end}: left by ${text}`,
        })),
      ],
    };
  },

  async stackTrace(adapter, args) {
    const thread = args.integer('threadId', 1);
    const start = args.optionalInteger('startFrame', 0) ?? 0;
    // 0 or nothing: all of them.
    const levels = args.optionalInteger('levels', 0) || LEVELS;
    const run = adapter.loaded();
    const branch = adapter.branch(thread);
    const frames = branch
      ? await branchFrames(adapter, run, branch, thread)
      : liveFrames(adapter, run);
    return { stackFrames: frames.slice(start, start + levels), totalFrames: frames.length };
  },
};

/** The frame's id: the same at every stop, so that a watch keeps its frame. */
const frameId = (thread: number, level: number): number => thread * 10 + level;

/** The thread and the level (0: the phase) of a frame. Throws where there is none such. */
export function frameOf(adapter: Adapter, id: number): { thread: number; level: number } {
  const [thread, level] = [Math.floor(id / 10), id % 10];
  const known = adapter.run !== null && thread - liveThread <= adapter.run.facts.branches.length;
  if (!known || thread < liveThread || level >= LEVELS)
    throw new RequestError(say.unknownFrame(id));
  return { thread, level };
}

function liveFrames(adapter: Adapter, run: SessionRun): DebugProtocol.StackFrame[] {
  // After a crash the frames stay at the last place that is known.
  if (run.exit === null) adapter.still();
  const { position } = run;
  if (position === null) throw new RequestError(say.hasEnded(run.k));
  const { info } = run;
  const names = [
    // Before the first update they may not be chosen yet.
    [position.phase, ...(position.blocks.length > 0 ? [listed(position.blocks, 3)] : [])].join(
      ' · ',
    ),
    `sweep ${position.sweep}`,
    `run ${info.problem} · ${info.method}`,
  ];
  const lines = [
    listingLine(info, { phase: position.phase }),
    listingLine(info, { frame: 'sweep' }),
    listingLine(info, { frame: 'run' }),
  ];
  return names.map((name, level) => ({
    id: frameId(liveThread, level),
    name,
    ...(moduleLine(adapter, run, position, level) ?? onListing(adapter, run, lines[level]!)),
  }));
}

/**
 * Between two updates the top frame stands at the declaration of the block that moves next, where a problem module
 * has one; within an update it stands at the phase's line of the listing, as a step into a function does.
 */
function moduleLine(
  adapter: Adapter,
  run: SessionRun,
  position: Position,
  level: number,
): Place | null {
  if (level !== 0 || position.phase !== 'order') return null;
  const declared = run.info.blocks.find(({ name }) => name === position.block)?.declared ?? null;
  if (declared === null) return null;
  const { path, line, column } = declared;
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  return {
    source: { name, path },
    line: adapter.client.toLine(line),
    column: adapter.client.toColumn(column - 1),
  };
}

type Place = Pick<DebugProtocol.StackFrame, 'source' | 'line' | 'column'>;

/** line: from 1; 0 where the listing has none for it. */
function onListing(adapter: Adapter, run: SessionRun, line: number): Place {
  if (line === 0) return { line: 0, column: 0 };
  return {
    source: adapter.listingSource(run.info),
    line: adapter.client.toLine(line),
    column: adapter.client.toColumn(0),
  };
}

/** Frames of a branch, which always stands at its end. */
async function branchFrames(
  adapter: Adapter,
  run: SessionRun,
  branch: BranchInfo,
  thread: number,
): Promise<DebugProtocol.StackFrame[]> {
  const last = await lastRow(run, branch);
  const block = run.info.blocks[last?.block[0] ?? -1]?.name ?? 'no update';
  const names = [
    `commit · ${printable(block)}`,
    `sweep ${last?.sweep[0] ?? 1}`,
    `run ${run.info.problem} · ${run.info.method}, left at k ${branch.end}`,
  ];
  return names.map((name, level) => ({
    id: frameId(thread, level),
    name,
    presentationHint: 'subtle' as const,
    // Without a line, or the editor would draw a second yellow one.
    ...onListing(adapter, run, 0),
  }));
}

/** The last recorded row of a branch; null where its rows were lost with the process that computed them. */
export async function lastRow(
  run: SessionRun,
  { id, from, end }: BranchInfo,
): Promise<MetricsBatch | null> {
  try {
    return await run.ask('metrics', { branch: id, from: Math.max(from, end - 1), limit: 1 });
  } catch {
    return null;
  }
}

/** The last recorded row of a branch, and the edit that created it. */
export async function branchVariables(
  run: SessionRun,
  branch: BranchInfo | null,
): Promise<VariableView[]> {
  if (branch === null) return [];
  const { from, end, text } = branch;
  const row = await lastRow(run, branch);
  const number = (name: string, value: number | undefined): VariableView => ({
    name,
    value: String(value ?? Number.NaN),
    type: 'number',
  });
  return [
    { name: 'left by', value: text, type: 'name' },
    number('from', from),
    number('end', end),
    ...Object.entries(row?.columns ?? {}).map(([name, column]) => number(name, column[0])),
    ...Object.entries(row?.sweepColumns ?? {})
      .filter(([, column]) => column.length > 0)
      .map(([name, column]) => number(name, column.at(-1))),
  ];
}
