import type { BlockColor } from '../../solver/wire/panel.ts';

/** The theme's colours that canvases are drawn in; the rest of the page takes them through CSS. */
export interface Theme {
  readonly light: boolean;
  readonly highContrast: boolean;
  readonly font: string;
  readonly foreground: string;
  readonly muted: string;
  readonly grid: string;
  readonly background: string;
  readonly focus: string;
  readonly swap: string;
  readonly warning: string;
  readonly error: string;
  /** Colours of blocks that were looked up already. */
  readonly blocks: Map<BlockColor, string>;
}

export function readTheme(): Theme {
  const style = getComputedStyle(document.body);
  const css = (name: string, otherwise: string) => style.getPropertyValue(name).trim() || otherwise;
  const classes = document.body.classList;
  const light = classes.contains('vscode-light') || classes.contains('vscode-high-contrast-light');
  const highContrast =
    classes.contains('vscode-high-contrast') || classes.contains('vscode-high-contrast-light');
  const foreground = css('--vscode-foreground', light ? '#3b3b3b' : '#cccccc');
  const muted = css('--vscode-descriptionForeground', light ? '#6e6e6e' : '#9d9d9d');
  return {
    light,
    highContrast,
    font: css('--vscode-font-family', 'sans-serif'),
    foreground,
    muted: highContrast ? foreground : muted,
    grid: highContrast ? withAlpha(foreground, 0.35) : withAlpha(foreground, 0.1),
    background: css('--vscode-panel-background', css('--vscode-editor-background', '#1f1f1f')),
    focus: css('--vscode-focusBorder', '#0078d4'),
    swap: css('--vscode-charts-yellow', light ? '#bf8803' : '#cca700'),
    warning: css('--vscode-editorWarning-foreground', light ? '#bf8803' : '#cca700'),
    error: css('--vscode-editorError-foreground', light ? '#e51400' : '#f14c4c'),
    blocks: new Map(),
  };
}

/** The colour's value in this theme. */
export function resolveColor(color: BlockColor, { light, blocks }: Theme): string {
  const known = blocks.get(color);
  if (known !== undefined) return known;
  const given = light ? color.light : color.dark;
  const name = `--vscode-${color.theme?.replaceAll('.', '-')}`;
  const themed = color.theme !== null && getComputedStyle(document.body).getPropertyValue(name);
  const found = (themed || '').trim() || given;
  blocks.set(color, found);
  return found;
}

/** Any colour that CSS knows, more transparent. */
export function withAlpha(color: string, alpha: number): string {
  const [r, g, b] = rgb(color);
  return `rgba(${r}, ${g}, ${b}, ${alpha})`;
}

const parsed = new Map<string, readonly [number, number, number]>();
const pen = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;

/** Red, green and blue, 0 … 255. */
export function rgb(color: string): readonly [number, number, number] {
  const known = parsed.get(color);
  if (known !== undefined) return known;
  pen.fillStyle = '#000';
  pen.fillStyle = color;
  pen.fillRect(0, 0, 1, 1);
  const [r = 0, g = 0, b = 0] = pen.getImageData(0, 0, 1, 1).data;
  parsed.set(color, [r, g, b]);
  return [r, g, b];
}

/** Calls back when the theme's variables or the body's class change. */
export function onThemeChange(changed: () => void): void {
  const observer = new MutationObserver(changed);
  observer.observe(document.body, { attributeFilter: ['class'] });
  observer.observe(document.documentElement, { attributeFilter: ['class', 'style'] });
}
