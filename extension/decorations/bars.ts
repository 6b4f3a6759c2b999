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
  const { floor, ceiling } = range(values);
  let text = '';
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) text += broken;
    else {
      const height = (Math.log10(Math.max(0, value)) - floor) / (ceiling - floor);
      text += glyphs[Math.max(0, Math.min(7, Math.floor(height * 8)))];
    }
  }
  return text;
}

/** Logarithms, over the positive finite values; [0, 1] where there is none. */
function range(values: ArrayLike<number>): { readonly floor: number; readonly ceiling: number } {
  let lowest = Number.POSITIVE_INFINITY;
  let ceiling = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!(value > 0) || !Number.isFinite(value)) continue;
    lowest = Math.min(lowest, Math.log10(value));
    ceiling = Math.max(ceiling, Math.log10(value));
  }
  if (ceiling === Number.NEGATIVE_INFINITY) return { floor: 0, ceiling: 1 };
  return {
    floor: Math.max(ceiling - mostDecades, Math.min(lowest, ceiling - leastDecades)),
    ceiling,
  };
}
