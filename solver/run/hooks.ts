import type { BranchInfo } from '../wire/protocol.ts';
import type { Finding } from '../wire/run.ts';
import type { Chunk } from './rows/rowMemory.ts';
import type { TableName } from './rows/rows.ts';

/** Who is told what a run does. */
export interface RunHooks {
  readonly finding: (finding: Finding) => void;
  readonly branch: (branch: BranchInfo) => void;
  readonly edited: () => void;
  readonly output: (text: string) => void;
  readonly chunk: (table: TableName, chunk: Chunk) => void;
  /** The chunk was written to the file with this descriptor as the spill of this number; its memory is let go. */
  readonly spilled: (chunk: Chunk, fd: number, spill: number) => void;
  /** Number of the last spill whose memory nobody else reads any more: it may be written to again. */
  readonly freed: () => number;
}

export const noHooks: RunHooks = {
  finding: () => {},
  branch: () => {},
  edited: () => {},
  output: () => {},
  chunk: () => {},
  spilled: () => {},
  freed: () => Number.POSITIVE_INFINITY,
};
