import { formatNumber } from '../number.ts';
import { bars } from './bars.ts';

/** What the end of a block's line says. */
export interface InlineText {
  /** The last gradient norms, oldest first, after ▸ for the block that moves next; drawn in the block's colour. */
  readonly bars: string;
  readonly numbers: string;
  /** The step is longer than the curvature allows: t × sharpness > 2. */
  readonly tooLong: boolean;
}

/** A block's metrics at the step that is looked at; NaN for what was not measured. */
export interface BlockNow {
  /** Gradient norms of the last visits, oldest first. Empty before the first. */
  readonly gradNorms: ArrayLike<number>;
  readonly stepSize: number;
  readonly sharpness: number;
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
  const tooLong = limit > 2;
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

function labelled(label: string, value: number): string {
  return Number.isNaN(value) ? '' : `${label} ${formatNumber(value).padEnd(numberWidth)}`;
}
