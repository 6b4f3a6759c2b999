import { closeSync } from 'node:fs';
import { resolve } from 'node:path';
import { isRefusal } from '../../core/part.ts';
import { passes } from '../../diagnostics/progress.ts';
import type { ModuleCheck } from '../../modules/check.ts';
import type { UserError } from '../../modules/userError.ts';
import { runInfo } from '../../run/info.ts';
import { load } from '../../run/load.ts';
import { metricNames, type Recipe } from '../../run/recipe.ts';
import { ROW_BUDGET } from '../../run/rows/rowMemory.ts';
import { Run } from '../../run/run.ts';
import type { Keyframe } from '../../run/time/keyframes.ts';
import { entryOf, openForWriting, originOf } from '../../trace/header.ts';
import type { Calls, Events } from '../../wire/protocol.ts';
import { type Finding, packInfo, type RunConfig } from '../../wire/run.ts';
import { Declined, type FromThread } from '../shared.ts';
import { lock } from './contain.ts';

/** What a restore goes on from, and to. */
export interface Resume {
  readonly log: Calls['restore']['params']['edits'];
  readonly branches: Calls['restore']['params']['branches'];
  readonly keyframe: Keyframe | null;
  readonly k: number;
  readonly end: number;
}

/** Who is told of the run that is opened, and of what its module does. */
export interface Opener {
  readonly post: (message: FromThread) => void;
  readonly print: (category: Events['output']['category'], text: string) => void;
  /** Throws where long work is to be given up. */
  readonly poll: () => void;
  /** A function of the module's begins, for this block or for none, and ends. */
  readonly entered: (block: string | null) => void;
  readonly left: () => void;
  /** It reached for what runs beside it, and was kept from it. */
  readonly escaped: (error: UserError) => void;
  readonly edited: (run: Run) => void;
  /** Number of the last spill whose memory nobody else reads any more. */
  readonly freed: () => number;
}

export interface Opened {
  readonly run: Run;
  /** What was found while the problem was checked. */
  readonly findings: readonly Finding[];
  /** What of a module's checks is left. */
  readonly check: ModuleCheck | null;
}

/** Loads a configuration and makes its run, at its start or where the keyframe stands. */
export async function openRun(
  config: RunConfig,
  resume: Resume | null,
  { post, print, poll, entered, left, escaped, edited, freed }: Opener,
): Promise<Opened> {
  const emit = <E extends keyof Events>(event: E, body: Events[E]) =>
    post({ kind: 'event', event, body });
  const loaded = await load(config, {
    again: resume !== null,
    poll,
    progress: (text, fraction) => emit('progress', { text, fraction }),
    output: print,
    watch: { enter: (_term, block) => entered(block), leave: left, escaped, loading: lock },
  });
  if (isRefusal(loaded)) throw new Declined('refused', loaded.refusal);
  const recipe = countingPasses(loaded.recipe);
  const { trace } = recipe.config;
  if (trace !== null && !resume) requireWritable(resolve(recipe.config.cwd, trace));
  // Its tables are told of before the first memory of their rows.
  const chunks: FromThread[] = [];
  let tell = (message: FromThread): unknown => chunks.push(message);
  const run: Run = new Run(
    recipe,
    {
      finding: finding => {
        // Those up to the step that was lost were told by who was lost.
        if (!resume || finding.k > resume.end) emit('finding', finding);
        else post({ kind: 'foundAgain', finding });
      },
      branch: branch => post({ kind: 'branch', branch }),
      edited: () => edited(run),
      output: text => print('console', `${text}\n`),
      chunk: (table, chunk) => tell({ kind: 'chunk', table, chunk }),
      spilled: ({ id, at }, fd, spill) => post({ kind: 'spilled', id, fd, at, spill }),
      freed,
    },
    resume,
    rowBytes(),
  );
  post({
    kind: 'tables',
    info: packInfo(runInfo(recipe, loaded.declarations)),
    blockMetrics: metricNames(recipe, 'block'),
    sweepMetrics: metricNames(recipe, 'sweep'),
    from: resume?.keyframe?.state.k ?? 0,
    origin: originOf(recipe, loaded.files, entryOf(run)),
  });
  for (const message of chunks) post(message);
  tell = post;
  return { run, findings: loaded.findings, check: loaded.check };
}

/** The file that the main thread will write is made now, so that what cannot be written is refused before anything runs. */
function requireWritable(path: string): void {
  const file = openForWriting(path);
  if (isRefusal(file)) throw new Declined('refused', file.refusal);
  closeSync(file);
}

export function resumeOf(params: Calls['restore']['params']): Resume {
  const { edits, branches, keyframe, k, end } = params;
  const state = keyframe?.state as Keyframe['state'];
  return {
    log: edits,
    branches,
    keyframe: keyframe && { state, edits: keyframe.edits, memory: keyframe.memory },
    k,
    end,
  };
}

/** Bytes of rows that this thread keeps in memory: what the host sets for its child, in megabytes. */
function rowBytes(): number {
  const megabytes = Number(process.env['BLOCKSTEP_ROWS_MB']);
  return megabytes > 0 ? megabytes * 1024 * 1024 : ROW_BUDGET;
}

/** Passes are always measured for those who watch: an axis of the panel's charts counts in them. */
function countingPasses(recipe: Recipe): Recipe {
  if (recipe.diagnostics.includes(passes)) return recipe;
  return { ...recipe, diagnostics: [...recipe.diagnostics, passes] };
}
