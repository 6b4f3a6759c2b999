const glyphs = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** Drawn where a value is not a finite number: the run blew up here. */
const broken = '×';

/**
 * One bar a value, its height the logarithm of the value within [low, high], both > 0.
 * Zero and below stand on the floor; NaN and ∞ are ×. With low = high every bar has half height.
 */
export function bars(values: ArrayLike<number>, low: number, high: number): string {
  const floor = Math.log10(low);
  const span = Math.log10(high) - floor;
  let text = '';
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) text += broken;
    else if (value <= 0) text += glyphs[0];
    else if (!(span > 0)) text += glyphs[3];
    else {
      const height = (Math.log10(value) - floor) / span;
      text += glyphs[Math.min(7, Math.max(0, Math.floor(height * 8)))];
    }
  }
  return text;
}

/**
 * The range of the bars: the positive finite values, at most `decades` below the largest, so that one tiny value
 * does not flatten the rest. Null where there is none.
 */
export function barRange(
  values: ArrayLike<number>,
  decades = 6,
): { readonly low: number; readonly high: number } | null {
  let low = Number.POSITIVE_INFINITY;
  let high = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!(value > 0) || !Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (high === 0) return null;
  return { low: Math.max(low, high * 10 ** -decades), high };
}
