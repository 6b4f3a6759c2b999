import * as vscode from 'vscode';
import { formatCount, formatNumber } from '../../solver/core/words.ts';
import { liveBranch, stateWords } from '../../solver/wire/state.ts';
import type { Context } from '../context.ts';
import { assertNever } from '../errors.ts';
import { abilities, can, contextKeys } from '../manifest.ts';
import { escapeMarkdown } from '../messages.ts';
import type { RunClient } from '../run/client.ts';
import type { RunSessions } from './run-sessions.ts';

/** Faster than this nobody can read it. */
const interval = 250;

/** The status bar's "sweep 75 · step 594 · paused" while a session is active. A click opens the panel. */
export function createStatusItem({ sessions }: Context): vscode.Disposable {
  const item = vscode.window.createStatusBarItem(
    'blockstep.run',
    vscode.StatusBarAlignment.Left,
    10,
  );
  item.name = 'Blockstep';
  item.command = 'blockstep.openPanel';
  let timer: NodeJS.Timeout | undefined;
  const show = () => {
    timer = undefined;
    const run = sessions.current();
    if (run === null || run.ended) return item.hide();
    item.text = `$(${icon(run)}) ${statusText(run)}`;
    item.tooltip = tooltip(run);
    item.backgroundColor = background(run);
    item.show();
  };
  const subscription = sessions.onDidChange(() => {
    timer ??= setTimeout(show, interval);
  });
  return vscode.Disposable.from(item, subscription, { dispose: () => clearTimeout(timer) });
}

function statusText(run: RunClient): string {
  const { position, state, progress, history } = run;
  if (state === 'starting') {
    return progress === null ? 'starting' : `starting, ${Math.floor(progress * 100)} %`;
  }
  if (position === null) return stateWords[state];
  // While it runs, the metrics are newer than the last stop.
  const k = state === 'running' ? history.end : position.k;
  const sweep = state === 'running' ? sweepAt(run, k) : position.sweep;
  return `sweep ${formatCount(sweep)} · step ${formatCount(k)} · ${stateWords[state]}`;
}

function sweepAt({ history, position }: RunClient, k: number): number {
  const sweep = history.rows(liveBranch)?.sweepAt(k) ?? Number.NaN;
  return Number.isNaN(sweep) ? (position?.sweep ?? 1) : sweep;
}

function tooltip(run: RunClient): vscode.MarkdownString {
  const { name, info, position, text, history } = run;
  const lines = [`**${escapeMarkdown(name)}**`];
  if (info !== null) {
    const ordering = position?.ordering ?? info.ordering;
    lines.push(`${escapeMarkdown(info.problem)} · ${info.method} · ${ordering} · ${info.backend}`);
    const objective = history.runValue('objective', position?.k);
    if (!Number.isNaN(objective)) lines.push(`objective ${formatNumber(objective)}`);
  }
  if (text !== '') lines.push(escapeMarkdown(text));
  return new vscode.MarkdownString(lines.join('\n\n'));
}

function icon({ state }: RunClient): string {
  switch (state) {
    case 'starting':
    case 'running':
      return 'sync~spin';
    case 'paused':
      return 'debug-pause';
    case 'converged':
      return 'pass';
    case 'budget':
      return 'watch';
    case 'nonfinite':
    case 'failed':
    case 'crashed':
      return 'error';
    case 'trace':
      return 'history';
    default:
      return assertNever(state);
  }
}

function background({ state }: RunClient): vscode.ThemeColor | undefined {
  const bad = state === 'nonfinite' || state === 'failed' || state === 'crashed';
  return bad ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
}

/** Keeps the keys for `when` clauses in step with the current run. Sends only changes. */
export function keepContextKeys(sessions: RunSessions): vscode.Disposable {
  const told = new Map<string, boolean>();
  const tell = (key: string, value: boolean) => {
    if (told.get(key) === value) return;
    told.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  };
  const update = () => {
    const run = sessions.current();
    const live = run !== null && !run.ended;
    tell(contextKeys.active, live);
    tell(contextKeys.starting, live && run.state === 'starting');
    tell(contextKeys.running, live && run.isRunning);
    tell(contextKeys.paused, live && run.isPaused);
    tell(contextKeys.crashed, run?.state === 'crashed');
    for (const ability of abilities) tell(can(ability), live && run.can(ability) === true);
  };
  update();
  return sessions.onDidChange(update);
}
