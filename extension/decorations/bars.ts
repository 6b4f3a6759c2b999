const glyphs = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** Drawn where a value is not a finite number: the run blew up here. */
const broken = '×';

/** Decades below the largest value at which the floor is, at least and at most. */
const leastDecades = 1;
const mostDecades = 8;

/**
 * One bar a value, its height the logarithm of the value. The tallest bar is the largest value; the floor is the
 * smallest, but at least a decade below, so that noise does not look like progress, and at most eight.
 * Zero and below stand on the floor; NaN and ∞ are ×.
 */
export function bars(values: ArrayLike<number>): string {
  const { low, high } = range(values);
  const floor = Math.log10(low);
  const span = Math.log10(high) - floor;
  let text = '';
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) text += broken;
    else if (value <= low) text += glyphs[0];
    else {
      const height = (Math.log10(value) - floor) / span;
      text += glyphs[Math.min(7, Math.floor(height * 8))];
    }
  }
  return text;
}

/** Over the positive finite values; [1, 10] where there is none, so that everything stands on the floor. */
function range(values: ArrayLike<number>): { readonly low: number; readonly high: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!(value > 0) || !Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (high === 0) return { low: 1, high: 10 };
  return {
    low: Math.max(high * 10 ** -mostDecades, Math.min(low, high * 10 ** -leastDecades)),
    high,
  };
}
