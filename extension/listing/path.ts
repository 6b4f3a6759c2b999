import type { Listing, RunInfo } from '../../solver/wire/protocol.ts';

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
