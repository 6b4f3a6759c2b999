import * as vscode from 'vscode';
import type { RecentLaunch } from '../../solver/wire/panel.ts';
import { debugType } from '../manifest.ts';
import type { PanelSource } from '../panel/panel.ts';
import type { RunClient } from '../run/client.ts';
import { Emitter } from '../run/source.ts';

interface Entry {
  readonly debug: vscode.DebugSession;
  readonly run: RunClient;
}

/** The runs of this window, by debug session. The current one is that of the active session, else the newest. */
export class RunSessions implements PanelSource {
  readonly #entries = new Map<string, Entry>();
  /** Stays after its session ended, so that the result can be viewed until the next run starts. */
  #current: Entry | null = null;
  readonly #recent: RecentLaunches;
  readonly #changed = new Emitter<void>();
  /** Anything changed: which run is current, something about any run, or its metrics. */
  readonly onDidChange = this.#changed.event;
  readonly #started = new Emitter<RunClient>();
  readonly onDidStart = this.#started.event;
  readonly #subscriptions: vscode.Disposable[];

  constructor(storage: vscode.Memento) {
    this.#recent = new RecentLaunches(storage);
    this.#subscriptions = [
      vscode.debug.onDidChangeActiveDebugSession(debug => this.#follow(debug)),
      vscode.debug.onDidTerminateDebugSession(debug => this.#end(debug)),
      vscode.workspace.onDidChangeConfiguration(change => {
        if (change.affectsConfiguration('launch')) this.#changed.fire();
      }),
    ];
  }

  /** Adds the run of a debug session; a restarted session replaces its old run. */
  add(debug: vscode.DebugSession, run: RunClient): void {
    this.#entries.get(debug.id)?.run.end();
    const isNew = this.#current?.run !== run;
    const entry = { debug, run };
    this.#entries.set(debug.id, entry);
    this.#current = entry;
    if (isNew) {
      run.onDidChange(() => this.#changed.fire());
      this.#recent.used(debug.configuration.name, debug.workspaceFolder);
      this.#started.fire(run);
    }
    this.#changed.fire();
  }

  /** The current run, if it has this id and can be recovered. */
  crashed(id: unknown): RunClient | null {
    const run = this.current();
    return run !== null && run.id === id && run.state === 'crashed' ? run : null;
  }

  current(): RunClient | null {
    return this.#current?.run ?? null;
  }

  /** The debug session of the current run, unless it is over. */
  currentDebugSession(): vscode.DebugSession | null {
    return this.#current === null || this.#current.run.ended ? null : this.#current.debug;
  }

  /** The debug session that a run was started in; of a run that is over as well, while it is the current one. */
  debugSession(run: RunClient): vscode.DebugSession | null {
    if (this.#current?.run === run) return this.#current.debug;
    return [...this.#entries.values()].find(entry => entry.run === run)?.debug ?? null;
  }

  /** Every run whose session is not over, the current one first. */
  active(): RunClient[] {
    const runs = [...this.#entries.values()].map(({ run }) => run);
    const current = this.current();
    return runs.sort((a, b) => Number(b === current) - Number(a === current));
  }

  recent(): readonly RecentLaunch[] {
    return this.#recent.list();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
    this.#started.dispose();
  }

  #follow(debug: vscode.DebugSession | undefined): void {
    const entry = debug?.type === debugType ? this.#entries.get(debug.id) : undefined;
    if (entry === undefined || entry === this.#current) return;
    this.#current = entry;
    this.#changed.fire();
  }

  #end(debug: vscode.DebugSession): void {
    const entry = this.#entries.get(debug.id);
    if (entry === undefined) return;
    this.#entries.delete(debug.id);
    entry.run.end();
    if (entry === this.#current) {
      const [newest] = [...this.#entries.values()].reverse();
      if (newest !== undefined) this.#current = newest;
    }
    this.#changed.fire();
  }
}

const key = 'blockstep.recentLaunches';
const kept = 20;

/** The launch configurations of type blockstep, those used last first. */
export class RecentLaunches {
  readonly #storage: vscode.Memento;

  constructor(storage: vscode.Memento) {
    this.#storage = storage;
  }

  used(name: string, folder: vscode.WorkspaceFolder | undefined): void {
    const launch: RecentLaunch = { name, folder: folder?.uri.toString() ?? null };
    const others = this.#used().filter(other => !same(other, launch));
    void this.#storage.update(key, [launch, ...others].slice(0, kept));
  }

  list(): readonly RecentLaunch[] {
    const used = this.#used();
    const place = (launch: RecentLaunch) => {
      const at = used.findIndex(other => same(other, launch));
      return at < 0 ? kept : at;
    };
    return configured().sort((a, b) => place(a) - place(b));
  }

  #used(): readonly RecentLaunch[] {
    return this.#storage.get<RecentLaunch[]>(key, []);
  }
}

function configured(): RecentLaunch[] {
  return (vscode.workspace.workspaceFolders ?? []).flatMap(({ uri }) => {
    const launch = vscode.workspace.getConfiguration('launch', uri);
    const configurations = launch.get<readonly unknown[]>('configurations', []);
    return configurations.filter(isOurs).map(({ name }) => ({ name, folder: uri.toString() }));
  });
}

function isOurs(value: unknown): value is { readonly name: string } {
  if (typeof value !== 'object' || value === null) return false;
  const { type, name } = value as { type?: unknown; name?: unknown };
  return type === debugType && typeof name === 'string';
}

function same(a: RecentLaunch, b: RecentLaunch): boolean {
  return a.name === b.name && a.folder === b.folder;
}
