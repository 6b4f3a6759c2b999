import type { DebugProtocol } from '@vscode/debugprotocol';
import type { BreakpointSpec } from '../../solver/wire/protocol.ts';
import type { Phase, RunInfo } from '../../solver/wire/run.ts';
import { type Adapter, listingReference } from './adapter.ts';

/** A line (from 1) that a run can stop at, and what stops there. */
export interface Place {
  readonly line: number;
  /** From 1; where several blocks are declared in one line it tells them apart. */
  readonly column?: number;
  readonly at: BreakpointSpec['at'];
}

/** Which of a run's two sources is it? null: neither. */
export function sourceKind(
  adapter: Adapter,
  info: RunInfo,
  source: Pick<DebugProtocol.Source, 'path' | 'sourceReference'>,
): 'listing' | 'module' | null {
  if (source.sourceReference) {
    return source.sourceReference === listingReference ? 'listing' : null;
  }
  const { path } = source;
  if (path === undefined) return null;
  const listing = adapter.listingSource(info).path;
  if (isListingPath(path)) {
    return listing === undefined || plainPath(listing) === plainPath(path) ? 'listing' : null;
  }
  const isModule =
    samePath(info.module, path) ||
    info.blocks.some(({ declared }) => samePath(declared?.path, path));
  return isModule ? 'module' : null;
}

/** The places of the listing or of the problem module at `path`, by ascending line. */
export function placesIn(info: RunInfo, kind: 'listing' | 'module', path?: string): Place[] {
  if (kind === 'listing') {
    return info.listing.lines.flatMap(({ phase, block, frame }, i): Place[] => {
      const line = i + 1;
      if (block !== undefined) return [{ line, at: { kind: 'block', block, function: false } }];
      if (phase !== undefined) return [{ line, at: { kind: 'phase', phase } }];
      return frame === 'sweep' ? [{ line, at: { kind: 'sweep', function: false } }] : [];
    });
  }
  return info.blocks
    .flatMap(({ name, declared }): Place[] =>
      declared !== null && samePath(declared.path, path)
        ? [
            {
              line: declared.line,
              column: declared.column,
              at: { kind: 'block', block: name, function: false },
            },
          ]
        : [],
    )
    .sort((a, b) => a.line - b.line);
}

/**
 * The places of the line nearest to the one given, the lower of two; none of none. A line has several where it declares
 * several blocks: all of them, unless a column asks for the nearest one.
 */
export function nearestPlaces(places: readonly Place[], line: number, column?: number): Place[] {
  let best = Number.POSITIVE_INFINITY;
  let found = 0;
  for (const place of places) {
    const distance = Math.abs(place.line - line);
    if (distance > best) continue;
    best = distance;
    found = place.line;
  }
  const there = places.filter(place => place.line === found);
  if (column === undefined || there.length < 2) return there;
  const away = ({ column: at = 1 }: Place) => Math.abs(at - column);
  return [there.reduce((a, b) => (away(b) < away(a) ? b : a))];
}

/** Line (from 1) of a phase, or of a frame's head; 0 where the listing has none. */
export function listingLine(
  info: RunInfo,
  of: { phase: Phase } | { frame: 'sweep' | 'run' },
): number {
  return (
    info.listing.lines.findIndex(line =>
      'phase' in of ? line.phase === of.phase : line.frame === of.frame,
    ) + 1
  );
}

export function listingText(info: RunInfo): string {
  return info.listing.lines.map(line => `${line.text}\n`).join('');
}

function samePath(a: string | null | undefined, b: string | undefined): boolean {
  return a !== null && a !== undefined && b !== undefined && plainPath(a) === plainPath(b);
}

/** The scheme of listing documents. */
const listingScheme = 'blockstep-listing:';

/**
 * A path as it is compared: forward slashes, a drive in upper case; `file:` and `vscode-remote:` addresses as the path
 * they name, others as they are, unescaped.
 */
export function plainPath(path: string): string {
  // One letter before the colon is a drive of Windows.
  const [, scheme, rest] = /^([a-z][a-z\d+.-]+):(.*)$/is.exec(path) ?? [];
  if (scheme === undefined || rest === undefined) return slashes(path);
  const hasPath = scheme === 'file' || scheme.startsWith('vscode-');
  if (!hasPath) return unescaped(path);
  return slashes(unescaped(rest.replace(/^\/\/[^/]*/, '')).replace(/^\/(?=[a-z]:)/i, ''));
}

export function isListingPath(path: string): boolean {
  return path.startsWith(listingScheme);
}

function slashes(path: string): string {
  return path.replaceAll('\\', '/').replace(/^[a-z]:/, drive => drive.toUpperCase());
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // A % that escapes nothing stands for itself.
  }
}
