import { ramp } from '../../charts/heat-image.ts';
import { el, setText } from '../../ui/dom.ts';
import { decade, tick } from '../../ui/numbers.ts';
import type { ChartCanvas } from './chart.ts';

/** The heatmap's colours with the values at their ends. */
export function heatKey() {
  const low = el('span');
  const high = el('span');
  const bar = el('canvas', { width: '64', height: '1' });
  const pen = bar.getContext('2d')!;
  const image = pen.createImageData(64, 1);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < 64; i++) pixels[i] = ramp[Math.round((i / 63) * 255)]!;
  pen.putImageData(image, 0, 0);
  const element = el('span', { class: 'heat-key', 'aria-hidden': 'true' }, low, bar, high);
  return {
    element,
    show({ range }: ChartCanvas) {
      element.hidden = range === null;
      if (range === null) return;
      const { log, floor, min, max } = range;
      setText(low, log ? decade(floor) : tick(min, (max - min) / 10));
      setText(high, log ? decade(max) : tick(max, (max - min) / 10));
    },
  };
}
