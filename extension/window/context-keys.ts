import * as vscode from 'vscode';
import { abilities, can, contextKeys } from '../manifest.ts';
import type { RunSessions } from './run-sessions.ts';

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
