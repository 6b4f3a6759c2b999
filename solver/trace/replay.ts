import type { Finding, RunInfo } from '../wire/run.ts';
import { type Difference, firstDifference, type Steps } from './compare.ts';
import type { Build, InputFile, TraceHeader } from './file/header.ts';
import { inputFile, thisBuild } from './inputs.ts';

/** Why a recorded run cannot be computed again here, in one sentence; null: it can. */
export async function irreproducible({ inputs }: TraceHeader): Promise<string | null> {
  const found = await Promise.all(inputs.map(({ path }) => inputFile(path)));
  for (const [i, recorded] of inputs.entries()) {
    const reason = changed(recorded, found[i] as InputFile);
    if (reason)
      return `The steps of this trace can be viewed but not computed again: ${recorded.path} ${reason}.`;
  }
  return null;
}

function changed(recorded: InputFile, found: InputFile): string | null {
  if (found.sha256 === '') return 'is not there';
  return found.sha256 === recorded.sha256 ? null : 'has changed since it was recorded';
}

/** What differs between the build that recorded and this one, in one sentence; null: nothing. */
export function otherBuild(recorded: Build): string | null {
  const parts = (
    [
      ['Blockstep', recorded.version, thisBuild.version],
      ['Node', recorded.node, thisBuild.node],
      ['V8', recorded.v8, thisBuild.v8],
    ] as const
  ).filter(([, then, now]) => then !== now);
  if (parts.length === 0) return null;
  const told = parts.map(([name, then, now]) => `${name} ${then}, here ${now}`).join('; ');
  return `The trace was recorded by another build: ${told}. Its bits may differ.`;
}

/** Compares what was computed with what was recorded; the finding that names the first bits that differ, or null. */
export function comparison(
  recorded: Steps,
  computed: Steps,
  { blocks }: RunInfo,
  build: Build,
): Finding | null {
  const difference = firstDifference(recorded, computed);
  return difference && found(difference, blocks[difference.block]?.name ?? null, build);
}

function found(
  { k, metric, recorded, computed }: Difference,
  block: string | null,
  build: Build,
): Finding {
  const of = block === null ? '' : ` of ${block}`;
  const why = otherBuild(build);
  const exact = (value: number) => (Object.is(value, -0) ? '-0' : String(value));
  const told =
    metric === 'end'
      ? `The replay ended at step ${computed}; the trace has a step ${k}.`
      : `The replay differs from the trace first at step ${k}: ${metric}${of} is ${exact(computed)}, and ${exact(recorded)} was recorded.`;
  return {
    k,
    name: 'traceDiffers',
    block,
    text: why ? `${told} ${why}` : told,
    evidence: { metric, recorded: exact(recorded), computed: exact(computed) },
  };
}
