import * as vscode from 'vscode';
import type { RunInfo } from '../../solver/wire/run.ts';
import { listingScheme } from '../manifest.ts';
import { noListingYet } from '../messages.ts';
import { listingPath, listingText } from './lines.ts';

/** The address of a run's listing. */
export function listingUri(info: Pick<RunInfo, 'problem' | 'module' | 'method'>): vscode.Uri {
  return vscode.Uri.from({ scheme: listingScheme, path: listingPath(info) });
}

interface StoredListing {
  readonly bytes: Uint8Array;
  readonly time: number;
}

/**
 * The documents of listings. Read-only in the editor; `write` is for the session that produced the listing. The newest
 * text of each is kept in the workspace's storage, so that a tab has its text again after a reload.
 */
export class ListingFiles implements vscode.FileSystemProvider {
  readonly #known = new Map<string, StoredListing>();
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.#changed.event;
  readonly #storage: vscode.Uri | undefined;

  /** Without a folder there is no storage, and listings live as long as the window. */
  constructor(storage: vscode.Uri | undefined) {
    this.#storage = storage && vscode.Uri.joinPath(storage, 'listings');
  }

  /** Puts a run's listing in place and returns its address. Tabs that show it follow. */
  write(info: RunInfo): vscode.Uri {
    const uri = listingUri(info);
    const bytes = new TextEncoder().encode(listingText(info.listing));
    const old = this.#known.get(uri.path);
    if (old !== undefined && equal(old.bytes, bytes)) return uri;
    this.#known.set(uri.path, { bytes, time: (old?.time ?? 0) + 1 });
    this.#changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
    void this.#store(uri, bytes);
    return uri;
  }

  watch(): vscode.Disposable {
    // Every change is told to everyone already.
    return new vscode.Disposable(() => undefined);
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { bytes, time } = await this.#read(uri);
    return {
      type: vscode.FileType.File,
      ctime: 0,
      mtime: time,
      size: bytes.length,
      permissions: vscode.FilePermission.Readonly,
    };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return (await this.#read(uri)).bytes;
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  writeFile(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  dispose(): void {
    this.#changed.dispose();
  }

  async #read(uri: vscode.Uri): Promise<StoredListing> {
    const known = this.#known.get(uri.path);
    if (known !== undefined) return known;
    const bytes = await this.#stored(uri);
    // A run may have written its listing meanwhile, and that one is newer.
    const read = this.#known.get(uri.path) ?? { bytes, time: 0 };
    this.#known.set(uri.path, read);
    return read;
  }

  async #stored(uri: vscode.Uri): Promise<Uint8Array> {
    if (this.#storage !== undefined) {
      try {
        return await vscode.workspace.fs.readFile(this.#file(this.#storage, uri));
      } catch {
        // Never run in this workspace: the sentence below says so.
      }
    }
    return new TextEncoder().encode(noListingYet());
  }

  async #store(uri: vscode.Uri, bytes: Uint8Array): Promise<void> {
    if (this.#storage === undefined) return;
    try {
      await vscode.workspace.fs.createDirectory(this.#storage);
      await vscode.workspace.fs.writeFile(this.#file(this.#storage, uri), bytes);
    } catch {
      // The text is only missing after a reload, where a sentence says how to get it back.
    }
  }

  #file(storage: vscode.Uri, uri: vscode.Uri): vscode.Uri {
    return vscode.Uri.joinPath(storage, encodeURIComponent(uri.path.slice(1)));
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
