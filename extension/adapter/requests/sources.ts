import type { DebugProtocol } from '@vscode/debugprotocol';
import { printable } from '../../../solver/core/words.ts';
import { liveBranch } from '../../../solver/wire/state.ts';
import * as say from '../../errors.ts';
import { type Adapter, listingReference, type Requests, type SessionRun } from '../adapter.ts';
import { RequestError } from '../args-and-references.ts';
import { listingText, placesIn, sourceKind } from '../places.ts';
import { sourceOf } from './breakpoints.ts';

/** Points of one metric that are looked through for the visits of a block. */
const VISITS = 10_000;

export const sources: Requests = {
  /** The listing's text. The problem module is a file, which the client reads itself. */
  source(adapter, args) {
    const { info } = adapter.loaded();
    if (args.integer('sourceReference', 0) !== listingReference) {
      throw new RequestError(say.unknownSource());
    }
    return { content: listingText(info), mimeType: 'text/plain' };
  },

  loadedSources(adapter) {
    const { info } = adapter.loaded();
    const module = info.module === null ? [] : [{ path: info.module }];
    return { sources: [adapter.listingSource(info), ...module] };
  },

  /**
   * Steps to go to from a line: the head of the run gives its start and end, the sweep line its starts, a block its
   * visits.
   */
  async gotoTargets(adapter, args) {
    const run = adapter.still();
    const source = sourceOf(args.object('source'));
    const line = adapter.client.fromLine(args.integer('line', 0));
    const kind = sourceKind(adapter, run.info, source);
    if (kind === null) throw new RequestError(say.unknownSource());
    const steps = await stepsAt(run, kind, source.path, line);
    return { targets: steps.map(step => target(adapter, step, line)) };
  },
};

interface Step {
  readonly k: number;
  readonly label: string;
}

function target(adapter: Adapter, { k, label }: Step, line: number): DebugProtocol.GotoTarget {
  const id = adapter.targets.size + 1;
  adapter.targets.set(id, k);
  return { id, label, line: adapter.client.toLine(line) };
}

async function stepsAt(
  run: SessionRun,
  kind: 'listing' | 'module',
  path: string | undefined,
  line: number,
): Promise<Step[]> {
  const { position, info } = run;
  if (position === null) return [];
  const { k, place, sweep, end } = position;
  if (kind === 'listing' && info.listing.lines[line - 1]?.frame === 'run') {
    return [
      { k: 0, label: 'start of the run (k = 0)' },
      { k: end, label: `end of what was computed (k = ${end})` },
    ];
  }
  const ats = placesIn(info, kind, path).flatMap(known => (known.line === line ? [known.at] : []));
  if (ats.length === 0) return [];
  const blocks = ats.flatMap(at => (at.kind === 'block' ? [at.block] : []));
  if (blocks.length > 0) return (await Promise.all(blocks.map(b => visits(run, b, k)))).flat();
  return [{ k: k - place, label: `start of sweep ${sweep} (k = ${k - place})` }];
}

/** Before the visit of the block last made, and before the next one that was computed already. */
async function visits(run: SessionRun, block: string, k: number): Promise<Step[]> {
  const metric = run.info.metrics.find(({ of, cost }) => of === 'block' && cost === 'block');
  if (metric === undefined) return [];
  const from = Math.max(0, k - VISITS);
  const series = await run.series({
    branch: liveBranch,
    metric: metric.name,
    block,
    from,
    limit: VISITS,
  });
  // Step k is the update that led to k, so the place before it is k − 1.
  const before = Array.from(series.k, visit => visit - 1);
  const last = before.findLast(step => step < k);
  const next = before.find(step => step > k);
  return [
    ...(last === undefined
      ? []
      : [{ k: last, label: `last update of ${printable(block)} (k = ${last})` }]),
    ...(next === undefined
      ? []
      : [{ k: next, label: `next update of ${printable(block)} (k = ${next})` }]),
  ];
}
