import { printable } from '../core/words.ts';
import type { BlockInfo, ListingLine, RunInfo } from './run.ts';

/**
 * A run's info as it crosses threads and processes: a million blocks as an array of names and one of sizes take a tenth of
 * the time and memory of a million objects, and their lines of the listing are written where it arrives.
 */
export interface PackedInfo extends Omit<RunInfo, 'blocks'> {
  readonly names: readonly string[];
  readonly sizes: Int32Array;
  /** Where each block is declared; null: none is. */
  readonly declared: readonly BlockInfo['declared'][] | null;
}

export function packInfo({ blocks, listing, ...rest }: RunInfo): PackedInfo {
  return {
    ...rest,
    listing: { ...listing, lines: listing.lines.filter(({ block }) => block === undefined) },
    names: blocks.map(({ name }) => name),
    sizes: Int32Array.from(blocks, ({ size }) => size),
    declared: blocks.some(({ declared }) => declared !== null)
      ? blocks.map(({ declared }) => declared)
      : null,
  };
}

export function unpackInfo({ names, sizes, declared, listing, ...rest }: PackedInfo): RunInfo {
  const blocks = names.map((name, b) => ({
    name,
    size: sizes[b]!,
    declared: declared?.[b] ?? null,
  }));
  return {
    ...rest,
    blocks,
    listing: { ...listing, lines: [...listing.lines, ...linesOf(blocks)] },
  };
}

/** The lines that a listing ends with, one a block. */
export function linesOf(blocks: readonly Pick<BlockInfo, 'name' | 'size'>[]): ListingLine[] {
  return blocks.map(({ name, size }) => ({
    text: `block ${printable(name)}${size > 1 ? `  (${size})` : ''}`,
    block: name,
  }));
}
