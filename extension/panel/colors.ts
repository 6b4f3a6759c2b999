import type { BlockColor } from '../../solver/wire/panel.ts';

/** As many blocks as colours can tell apart. With more of them colour carries no identity. */
export const colorLimit = 8;

/**
 * The theme's chart colours first, then some that differ from them in lightness as well as in hue.
 * The theme's yellow is left out: it is too near to orange, and edits are drawn in it.
 */
const palette: readonly BlockColor[] = [
  { theme: 'charts.blue', dark: '#3794ff', light: '#1a85ff' },
  { theme: 'charts.orange', dark: '#d18616', light: '#d18616' },
  { theme: 'charts.green', dark: '#89d185', light: '#388a34' },
  { theme: 'charts.purple', dark: '#b180d7', light: '#652d90' },
  { theme: 'charts.red', dark: '#f14c4c', light: '#e51400' },
  { theme: null, dark: '#5fe3d3', light: '#00707a' },
  { theme: null, dark: '#ffb3dc', light: '#b8337f' },
  { theme: null, dark: '#a8a8a8', light: '#7a7a7a' },
];
const neutral: BlockColor = { theme: 'descriptionForeground', dark: '#9d9d9d', light: '#717171' };

/** The colour of the block at this place among `count` blocks: in the charts, in the table and in the editor. */
export function blockColor(index: number, count: number): BlockColor {
  return count <= colorLimit ? palette[index % colorLimit]! : neutral;
}

/** Colours for the block in focus and for the worst few, where all blocks have the same colour. */
export const emphasis: readonly BlockColor[] = [palette[0]!, palette[4]!, palette[1]!, palette[3]!];
