import type { TableRows } from '../../../solver/wire/panel.ts';

/**
 * The newest gradient norms of a block as bars, by their logarithms between the smallest and the largest of them, which is
 * as high as there is room: one alone is a full bar.
 */
export function drawSpark(
  canvas: HTMLCanvasElement,
  { sparks, sparkLength }: TableRows,
  block: number,
  color: string,
): void {
  const scale = devicePixelRatio;
  const width = Math.round(60 * scale);
  const height = Math.round(14 * scale);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const pen = canvas.getContext('2d')!;
  pen.clearRect(0, 0, width, height);
  const values = sparks.subarray(block * sparkLength, (block + 1) * sparkLength);
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!(value > 0) || !Number.isFinite(value)) continue;
    low = Math.min(low, Math.log(value));
    high = Math.max(high, Math.log(value));
  }
  // Values within a tenth of each other look alike.
  const span = Math.max(high - low, 0.1);
  const step = width / sparkLength;
  pen.fillStyle = color;
  for (let i = 0; i < sparkLength; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) continue;
    const part = value > 0 ? (Number.isFinite(value) ? 1 - (high - Math.log(value)) / span : 1) : 0;
    const size = Math.max(scale, (0.12 + 0.88 * Math.max(0, part)) * height * (value > 0 ? 1 : 0));
    pen.fillRect(
      Math.round(i * step),
      height - size,
      Math.max(1, Math.floor(step - scale * 0.5)),
      size,
    );
  }
}
