import * as vscode from 'vscode';
import type { RecentLaunch } from '../../solver/wire/panel.ts';
import { debugType } from '../manifest.ts';

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
