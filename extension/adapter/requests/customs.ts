import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Edit } from '../../../solver/wire/protocol.ts';
import { liveBranch } from '../../../solver/wire/state.ts';
import * as say from '../../errors.ts';
import { type Adapter, liveThread, type Requests } from '../adapter.ts';
import { type Args, RequestError } from '../args-and-references.ts';
import { crashFinding } from '../events.ts';
import { jsonSafe } from '../outlet.ts';
import { recover } from './lifecycle-and-flow.ts';

/** Points in one answer of `blockstep/series`, and the most that may be asked for. */
const POINTS = 10_000;

export const customs: Requests = {
  async 'blockstep/goToStep'(adapter, args) {
    const k = args.integer('k', 0);
    await adapter.still().goTo('adapter', k);
    return { k };
  },

  'blockstep/setOrdering'(adapter, args) {
    const ordering = args.text('ordering');
    const when = args.choice('when', ['sweep', 'now']);
    const options =
      args.raw['options'] === undefined ? {} : { options: args.object('options').raw };
    return edit(adapter, { kind: 'ordering', ordering, when, ...options });
  },

  /** value null gives the step back to the step rule; block left out: all blocks. */
  'blockstep/setStepSize'(adapter, args) {
    return edit(adapter, {
      kind: 'stepSize',
      block: args.optionalText('block') ?? null,
      value: args.raw['value'] === null ? null : positive(args, 'value'),
    });
  },

  'blockstep/fork'() {
    throw new RequestError(say.forkNotBuilt());
  },

  async 'blockstep/series'(adapter, args) {
    const series = await adapter.loaded().series({
      branch: args.optionalText('branch') ?? liveBranch,
      metric: args.text('metric'),
      block: args.optionalText('block') ?? null,
      from: args.optionalInteger('from', 0) ?? 0,
      limit: Math.min(args.optionalInteger('limit', 1) ?? POINTS, POINTS),
    });
    return jsonSafe(series) as object;
  },

  'blockstep/info'(adapter) {
    const run = adapter.loaded();
    const { info, position, facts, isRunning, pid, exit } = run;
    const { abilities, backend, backendReason } = info;
    return jsonSafe({
      info,
      abilities,
      backend,
      backendReason,
      position,
      facts,
      edits: facts.edits.map(({ edit }) => edit),
      branches: facts.branches.map((branch, i) => ({ ...branch, thread: liveThread + 1 + i })),
      running: isRunning,
      pid,
      crash: exit,
    }) as object;
  },

  /** Turns the events `blockstep/metrics` on, from a cursor, or off. */
  'blockstep/subscribe'(adapter, args) {
    adapter.loaded();
    if (args.raw['metrics'] === undefined || args.flag('metrics')) {
      adapter.feed.subscribe(args.optionalInteger('from', 0) ?? 0);
    } else adapter.feed.unsubscribe();
  },

  'blockstep/recover': recover,

  /** Ends a user's function that does not return. */
  async 'blockstep/interrupt'(adapter) {
    return { position: await adapter.alive().interrupt() };
  },

  /** The finding the run stands at: its sentence and its evidence. */
  exceptionInfo(adapter, args) {
    const run = adapter.loaded();
    adapter.branch(args.integer('threadId', 1));
    const { stop } = run;
    const finding = run.exit ? crashFinding(run.exit) : stop?.finding;
    if (!finding && stop?.reason !== 'failed' && stop?.reason !== 'nonfinite') {
      throw new RequestError(say.noException());
    }
    const text = finding?.text ?? stop?.text ?? '';
    const evidence = Object.entries(finding?.evidence ?? {});
    const details: DebugProtocol.ExceptionDetails = {
      message: [text, ...evidence.map(([name, value]) => `${name} = ${value}`)].join('\n'),
      typeName: finding?.name ?? stop?.reason ?? '',
      ...(finding?.stack === undefined ? {} : { stackTrace: finding.stack }),
    };
    return {
      exceptionId: details.typeName,
      description: text,
      breakMode: 'always',
      details,
      // The same in a form that programs read.
      evidence: jsonSafe(finding?.evidence ?? {}),
    };
  },
};

async function edit(adapter: Adapter, change: Edit): Promise<object> {
  const { position, branch } = await adapter.moving().edit('adapter', [change]);
  return { position, branch };
}

function positive(args: Args, name: string): number {
  const value = args.raw[name];
  if (typeof value === 'number' && value > 0 && Number.isFinite(value)) return value;
  const given = value === undefined ? 'nothing' : JSON.stringify(value);
  throw new RequestError(
    say.wrongArgument(
      args.command,
      name,
      'a number above 0, or null for the step rule’s own',
      given,
    ),
  );
}
