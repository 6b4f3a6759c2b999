import type { DebugProtocol } from '@vscode/debugprotocol';
import type { RunInfo } from '../../../solver/wire/run.ts';
import * as say from '../../errors.ts';
import { type Adapter, liveThread, type Requests, type SessionRun } from '../adapter.ts';
import { type Args, RequestError } from '../args.ts';
import { frameOf } from './stack.ts';

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
