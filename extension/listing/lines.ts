import type { Listing, RunInfo } from '../../solver/wire/run.ts';
import { listingScheme } from '../manifest.ts';

/** What is asked of a document's address; a `vscode.Uri` is one. */
export interface Address {
  readonly scheme: string;
  readonly path: string;
  readonly fsPath: string;
}

/** A block's line in a document. */
export interface BlockLine {
  readonly block: string;
  /** From 1. */
  readonly line: number;
}

/** The lines of a document that stand for blocks of this run: of its listing, or of its problem module. */
export function blockLines(info: RunInfo, address: Address): readonly BlockLine[] {
  if (address.scheme === listingScheme) {
    if (address.path !== listingPath(info)) return [];
    return info.listing.lines.flatMap(({ block }, i) =>
      block === undefined ? [] : [{ block, line: i + 1 }],
    );
  }
  return info.blocks.flatMap(({ name, declared }) =>
    declared !== null && samePath(declared.path, address.fsPath)
      ? [{ block: name, line: declared.line }]
      : [],
  );
}

/** The line (from 1) that stands for a block in a document, or null. */
export function blockLine(info: RunInfo, block: string, address: Address): number | null {
  return blockLines(info, address).find(line => line.block === block)?.line ?? null;
}

/** Windows writes one drive as c: and as C:. */
function samePath(a: string, b: string): boolean {
  const plain = (path: string) =>
    path.replaceAll('\\', '/').replace(/^[a-z]:/, d => d.toUpperCase());
  return plain(a) === plain(b);
}

/**
 * The path of a run's listing within its scheme: the same for every run of this problem by this method, so that
 * tabs and breakpoints outlive a run. `lasso` by `pccd` is `/lasso.pccd.listing`.
 */
export function listingPath({
  problem,
  module,
  method,
}: Pick<RunInfo, 'problem' | 'module' | 'method'>): string {
  const name = module === null ? problem : withoutFolderAndEnding(module);
  return `/${plain(name)}.${plain(method)}.listing`;
}

/** The document's text. Line i of the listing is line i of the document. */
export function listingText({ lines }: Listing): string {
  return lines.map(line => `${line.text}\n`).join('');
}

function withoutFolderAndEnding(path: string): string {
  const file = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  return file.replace(/\.[cm]?[jt]s$/, '');
}

/** Nothing that an address would have to escape. */
function plain(name: string): string {
  return name.replaceAll(/[^\p{L}\p{N}_-]+/gu, '-');
}
