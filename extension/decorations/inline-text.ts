import { formatNumber, printable } from '../../solver/core/words.ts';
import type { RunClient } from '../run/client.ts';
import { bars } from './bars.ts';

/** The text at the end of a block's line. */
export interface InlineText {
  /** The last gradient norms, oldest first, after ▸ for the block that moves next; drawn in the block's colour. */
  readonly bars: string;
  readonly numbers: string;
  /** The step is longer than the curvature allows: t × sharpness > 2. */
  readonly tooLong: boolean;
}

/** A block's metrics at the displayed step; NaN where not measured. */
export interface BlockNow {
  /** Gradient norms of the last visits, oldest first. Empty before the first. */
  readonly gradNorms: ArrayLike<number>;
  readonly stepSize: number;
  readonly sharpness: number;
  /** The step was tried and kept to its model: it may be above 2 over the sharpness. */
  readonly tried: boolean;
  readonly frozen: boolean;
  /** The next update is this block's. */
  readonly isNext: boolean;
}

/** VS Code collapses plain spaces in the text of a decoration. */
export const noBreak = '\u00a0';

/** Widest number: `−3.26e-12`. */
const numberWidth = 8;

/** Bars and numbers in columns of fixed width, `visits` bars wide. Null where there is nothing to say. */
export function inlineText(now: BlockNow, visits: number): InlineText | null {
  const { gradNorms, stepSize, sharpness, frozen, isNext } = now;
  const limit = stepSize * sharpness;
  const tooLong = isTooLong(now);
  const measured = [
    labelled('‖∇‖', gradNorms[gradNorms.length - 1] ?? Number.NaN),
    labelled('t', stepSize),
    labelled('sharpness', sharpness),
  ];
  const parts = [
    ...(gradNorms.length === 0 ? [] : measured),
    ...(tooLong ? [`t × sharpness ${formatNumber(limit)} > 2`] : []),
    ...(frozen ? ['frozen'] : []),
  ].filter(part => part !== '');
  if (parts.length === 0 && !isNext) return null;
  return {
    bars: `${isNext ? '▸' : noBreak}${noBreak}${bars(gradNorms).padEnd(visits, noBreak)}`,
    numbers: parts.join('  ').trimEnd().replaceAll(' ', noBreak),
    tooLong,
  };
}

/** Bars of one block among several on its line. */
const sharedVisits = 6;
/** More blocks than this on one line are counted, not shown. */
const sharedBlocks = 6;

/** For a line that declares several blocks: each one's name, bars and gradient norm. Null before the first visit of any. */
export function sharedText(
  blocks: readonly { readonly name: string; readonly now: BlockNow }[],
): InlineText | null {
  if (blocks.every(({ now }) => now.gradNorms.length === 0 && !now.isNext)) return null;
  const texts = blocks.slice(0, sharedBlocks).map(({ name, now }) => {
    const { gradNorms, isNext, frozen } = now;
    const norms = Array.from(gradNorms).slice(-sharedVisits);
    const norm = norms.length === 0 ? '' : ` ${bars(norms)} ${formatNumber(norms.at(-1)!)}`;
    return `${isNext ? '▸ ' : ''}${printable(name, 24)}${norm}${frozen ? ' frozen' : ''}`;
  });
  const more = blocks.length - texts.length;
  return {
    bars: '',
    numbers: [...texts, ...(more > 0 ? [`${more} more`] : [])].join('   ').replaceAll(' ', noBreak),
    tooLong: blocks.some(({ now }) => isTooLong(now)),
  };
}

const isTooLong = ({ stepSize, sharpness, tried }: BlockNow): boolean =>
  stepSize * sharpness > 2 && !tried;

function labelled(label: string, value: number): string {
  return Number.isNaN(value) ? '' : `${label} ${formatNumber(value).padEnd(numberWidth)}`;
}

/** The step whose values are shown: where the run stands, or while it runs the newest that was computed. */
export function shownStep({ isRunning, history, position }: RunClient): number {
  return isRunning || position === null ? history.end : Math.min(position.k, history.end);
}

/** A block's metrics at the step that is shown, with its last `visits` gradient norms. */
export function blockNow(run: RunClient, block: string, visits: number): BlockNow {
  const k = shownStep(run);
  const last = (metric: string) => run.history.last(metric, block, 1, k)[0] ?? Number.NaN;
  return {
    gradNorms: run.history.last('gradNorm', block, visits, k),
    stepSize: last('stepSize'),
    sharpness: last('sharpness'),
    tried: last('stepTried') === 1,
    frozen: run.isFrozen(block),
    isNext: run.isPaused && run.position?.blocks.includes(block) === true,
  };
}
