import type { DebugProtocol } from '@vscode/debugprotocol';
import type { ScopeName, VariableView } from '../../../solver/wire/protocol.ts';
import type { RunInfo } from '../../../solver/wire/run.ts';
import * as say from '../../errors.ts';
import { type Adapter, liveThread, type Requests, type SessionRun } from '../adapter.ts';
import { type Args, type Container, RequestError } from '../args-and-references.ts';
import { dataId, parseDataId, parseMetricName } from '../capabilities.ts';
import { branchVariables, frameOf } from './stack.ts';

/** The scopes of each frame, top first. */
const scopeNames: readonly (readonly ScopeName[])[] = [
  ['Block', 'Sweep', 'Run', 'Parameters'],
  ['Sweep', 'Run', 'Parameters'],
  ['Run', 'Parameters'],
];

/** Containers with more children than this are read in pages. */
const PAGE = 100;

export const variables: Requests = {
  scopes(adapter, args) {
    adapter.still();
    const { thread, level } = frameOf(adapter, args.integer('frameId', 0));
    if (thread !== liveThread) {
      const reference = adapter.references.of({ kind: 'branch', thread });
      return { scopes: [{ name: 'Recorded', variablesReference: reference, expensive: false }] };
    }
    return {
      scopes: scopeNames[level]!.map(scope => ({
        name: scope,
        variablesReference: adapter.references.of({ kind: 'scope', scope, path: [] }),
        expensive: false,
      })),
    };
  },

  async variables(adapter, args) {
    const run = adapter.still();
    const container = adapter.references.get(args.integer('variablesReference', 1));
    // All our children are both: pages are counted over all of them.
    args.choice('filter', ['indexed', 'named']);
    const start = args.optionalInteger('start', 0);
    const count = args.optionalInteger('count', 0) || undefined;
    const views = await read(adapter, run, container, start, count);
    return { variables: views.map(view => shown(adapter, container, view)) };
  },

  /** Carried out as an assignment, so that it is checked and recorded as an edit. */
  async setVariable(adapter, args) {
    const run = adapter.still();
    const container = adapter.references.get(args.integer('variablesReference', 1));
    const [name, value] = [args.text('name'), args.text('value')];
    const views = await read(adapter, run, container);
    const view = views.find(known => known.name === name);
    if (view === undefined) throw new RequestError(say.noSuchVariable(name));
    if (!view.settable || view.expression === undefined) {
      throw new RequestError(say.notSettable(name));
    }
    const { expression } = view;
    const result = await run.evaluate('adapter', {
      expression: `${expression} = ${value}`,
      context: 'repl',
    });
    return { value: result.value, type: result.type };
  },

  /** For a variable of the Variables view, or an expression such as `gradNorm("bmi")`. */
  async dataBreakpointInfo(adapter, args) {
    const run = adapter.loaded();
    const name = args.text('name');
    const reference = args.optionalInteger('variablesReference', 0) ?? 0;
    const text = reference === 0 ? name : await expressionOf(adapter, run, reference, name);
    const metric = text && parseMetricName(text, run.info, run.position?.block ?? '');
    if (!metric) return { dataId: null, description: say.noMetricToWatch(name) };
    const id = dataId(metric);
    const of = parseDataId(id)?.block;
    return {
      dataId: id,
      description: of === null || of === undefined ? metric.metric : `${metric.metric}("${of}")`,
      accessTypes: ['write'],
      canPersist: true,
    };
  },
};

async function expressionOf(
  adapter: Adapter,
  run: SessionRun,
  reference: number,
  name: string,
): Promise<string | undefined> {
  const views = await read(adapter, run, adapter.references.get(reference));
  return views.find(view => view.name === name)?.expression;
}

async function read(
  adapter: Adapter,
  run: SessionRun,
  container: Container,
  start?: number,
  count?: number,
): Promise<readonly VariableView[]> {
  switch (container.kind) {
    case 'scope': {
      const { scope, path } = container;
      const range = {
        ...(start === undefined ? {} : { start }),
        ...(count === undefined ? {} : { count }),
      };
      return (await run.ask('variables', { scope, path, ...range })).variables;
    }
    case 'lazy':
      return [await readLazy(run, container.scope, container.view)];
    case 'branch': {
      const all = await branchVariables(run, adapter.branch(container.thread));
      return all.slice(start ?? 0, count === undefined ? undefined : (start ?? 0) + count);
    }
  }
}

/** Computes a value that was left out for its cost. */
async function readLazy(
  run: SessionRun,
  scope: ScopeName,
  view: VariableView,
): Promise<VariableView> {
  const { lazy: _, ...plain } = view;
  if (view.children !== undefined) {
    const { variables } = await run.ask('variables', { scope, path: view.children });
    return variables[0] ?? plain;
  }
  const expression = view.expression ?? view.name;
  const { value, type } = await run.evaluate('adapter', { expression, context: 'variables' });
  return { ...plain, value, type };
}

function shown(adapter: Adapter, container: Container, view: VariableView): DebugProtocol.Variable {
  const { name, value, type, expression, lazy, children, childCount, settable } = view;
  const reference = referenceOf(adapter, container, view);
  const pages = !lazy && children !== undefined && childCount !== undefined && childCount > PAGE;
  const hint = {
    ...(lazy ? { lazy: true } : {}),
    ...(settable ? {} : { attributes: ['readOnly'] }),
  };
  return {
    name,
    value,
    type,
    variablesReference: reference,
    ...(expression === undefined ? {} : { evaluateName: expression }),
    ...(pages ? { indexedVariables: childCount } : {}),
    ...(Object.keys(hint).length === 0 ? {} : { presentationHint: hint }),
  };
}

function referenceOf(adapter: Adapter, container: Container, view: VariableView): number {
  if (container.kind !== 'scope' && container.kind !== 'lazy') return 0;
  const { scope } = container;
  if (view.lazy) return adapter.references.of({ kind: 'lazy', scope, view });
  if (view.children === undefined) return 0;
  return adapter.references.of({ kind: 'scope', scope, path: view.children });
}

const words = ['k', 'sweep', 'block', 'ordering'];
const functions = ['prev', 'norm', 'abs', 'log10', 'min', 'max', 'frozen', 'value'];

export const evaluation: Requests = {
  /** An expression; in the debug console an assignment as well, which is an edit. */
  async evaluate(adapter, args) {
    const run = onLiveFrame(adapter, args);
    const expression = args.text('expression');
    const asked = args.optionalText('context');
    // Assignments are taken from the console alone; what only reads may be asked from anywhere.
    const context =
      asked === 'repl' || asked === 'hover' || asked === 'variables' ? asked : 'watch';
    const { value, type } = await run.evaluate('adapter', { expression, context });
    return { result: value, type, variablesReference: 0 };
  },

  async setExpression(adapter, args) {
    const run = onLiveFrame(adapter, args);
    const [target, given] = [args.text('expression'), args.text('value')];
    const expression = `${target} = ${given}`;
    const { value, type } = await run.evaluate('adapter', { expression, context: 'repl' });
    return { value, type };
  },

  completions(adapter, args) {
    const { info } = adapter.loaded();
    const text = args.text('text');
    const line = text.split('\n')[(args.optionalInteger('line', 0) ?? 1) - 1] ?? text;
    const caret = adapter.client.fromColumn(args.integer('column', 0));
    return { targets: complete(adapter, info, line.slice(0, Math.max(0, caret))) };
  },
};

/** The run, where the expression is not meant for a branch. An edit may come while it runs. */
function onLiveFrame(adapter: Adapter, args: Args): SessionRun {
  const run = adapter.moving();
  const frame = args.optionalInteger('frameId', 0);
  if (frame !== undefined && frameOf(adapter, frame).thread !== liveThread) {
    throw new RequestError(say.branchHasNoExpressions());
  }
  return run;
}

/** What could follow the text before the caret: a block within quotation marks, an ordering after its =, else a name. */
function complete(adapter: Adapter, info: RunInfo, before: string): DebugProtocol.CompletionItem[] {
  const item = (
    label: string,
    type: DebugProtocol.CompletionItemType,
    typed: string,
    text = label,
  ): DebugProtocol.CompletionItem => ({
    label,
    text,
    type,
    start: adapter.client.toColumn(before.length - typed.length),
    length: typed.length,
  });
  const starts = (typed: string) => (candidate: { label: string }) =>
    candidate.label.toLowerCase().startsWith(typed.toLowerCase());
  const quoted = /"([^"]*)$/.exec(before);
  if (quoted !== null && before.split('"').length % 2 === 0) {
    const typed = quoted[1]!;
    return info.blocks.map(({ name }) => item(name, 'value', typed)).filter(starts(typed));
  }
  const typed = /[\p{L}_][\p{L}\p{N}_]*$/u.exec(before)?.[0] ?? '';
  if (/^\s*ordering\s*=\s*\w*$/.test(before)) {
    return info.orderings.map(({ name }) => item(name, 'enum', typed)).filter(starts(typed));
  }
  return [
    ...words.map(name => item(name, 'keyword', typed)),
    ...info.metrics.map(({ name }) => item(name, 'property', typed)),
    ...functions.map(name => item(name, 'function', typed, `${name}(`)),
    ...Object.keys(info.parameters).map(name => item(name, 'variable', typed)),
  ].filter(starts(typed));
}
