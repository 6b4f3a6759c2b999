import { formatNumber, printable } from '../../solver/core/words.ts';
import { isAbove, type MetricInfo, ratioTo } from '../../solver/wire/run.ts';
import { commandLink, escapeMarkdown } from '../messages.ts';
import type { RunClient } from '../run/client.ts';

/** The text at the end of a block's line. */
export interface InlineText {
  /** The last values of the metric that has bars, oldest first, after ▸ for the block that moves next; drawn in the block's colour. */
  readonly bars: string;
  readonly numbers: string;
  /** A metric is above its limit. */
  readonly tooLong: boolean;
}

/** A metric against its limit, in the metric's own words. */
interface Excess {
  readonly title: string;
  readonly value: number;
  readonly limit: number;
}

/** A block's metrics at the displayed step; NaN where not measured. */
export interface BlockNow {
  /** Values at the last visits of the first metric that stands at a block's line, oldest first. Empty before the first visit. */
  readonly trend: ArrayLike<number>;
  /** All metrics that stand there, by what they are called. */
  readonly values: readonly { readonly label: string; readonly value: number }[];
  /** The first of the metrics that is above a limit that holds for the update; null: none is. */
  readonly excess: Excess | null;
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
  const { trend, values, excess, frozen, isNext } = now;
  const measured = values.map(({ label, value }) => labelled(label, value));
  const parts = [
    ...(trend.length === 0 ? [] : measured),
    ...(excess === null ? [] : [excessText(excess)]),
    ...(frozen ? ['frozen'] : []),
  ].filter(part => part !== '');
  if (parts.length === 0 && !isNext) return null;
  return {
    bars: `${isNext ? '▸' : noBreak}${noBreak}${bars(trend).padEnd(visits, noBreak)}`,
    numbers: parts.join('  ').trimEnd().replaceAll(' ', noBreak),
    tooLong: excess !== null,
  };
}

const excessText = ({ title, value, limit }: Excess): string =>
  `${title} ${formatNumber(value)} > ${String(limit)}`;

/** Bars of one block among several on its line. */
const sharedVisits = 6;
/** More blocks than this on one line are counted, not shown. */
const sharedBlocks = 6;

/** For a line that declares several blocks: each one's name, bars and newest value. Null before the first visit of any. */
export function sharedText(
  blocks: readonly { readonly name: string; readonly now: BlockNow }[],
): InlineText | null {
  if (blocks.every(({ now }) => now.trend.length === 0 && !now.isNext)) return null;
  const texts = blocks.slice(0, sharedBlocks).map(({ name, now }) => {
    const { trend, isNext, frozen } = now;
    const norms = Array.from(trend).slice(-sharedVisits);
    const norm = norms.length === 0 ? '' : ` ${bars(norms)} ${formatNumber(norms.at(-1)!)}`;
    return `${isNext ? '▸ ' : ''}${printable(name, 24)}${norm}${frozen ? ' frozen' : ''}`;
  });
  const more = blocks.length - texts.length;
  return {
    bars: '',
    numbers: [...texts, ...(more > 0 ? [`${more} more`] : [])].join('   ').replaceAll(' ', noBreak),
    tooLong: blocks.some(({ now }) => now.excess !== null),
  };
}

function labelled(label: string, value: number): string {
  return Number.isNaN(value) ? '' : `${label} ${formatNumber(value).padEnd(numberWidth)}`;
}

/** The step whose values are shown: where the run stands, or while it runs the newest that was computed. */
export function shownStep({ isRunning, history, position }: RunClient): number {
  return isRunning || position === null ? history.end : Math.min(position.k, history.end);
}

/** The metrics that stand at a block's line. */
function inlineMetrics({ info }: RunClient): readonly MetricInfo[] {
  const stands = ({ of, inline }: MetricInfo) => of === 'block' && (inline?.label ?? null) !== null;
  return (info?.metrics ?? []).filter(stands);
}

/** Values of the first of them at the block's last visits up to step k, oldest first. */
function trendOf(run: RunClient, block: string, visits: number, k: number): ArrayLike<number> {
  const [first] = inlineMetrics(run);
  return first === undefined ? [] : run.history.last(first.name, block, visits, k);
}

/** A block's metrics at the step that is shown, with the values of its last `visits`. */
export function blockNow(run: RunClient, block: string, visits: number): BlockNow {
  const k = shownStep(run);
  const last = (metric: string) => run.history.last(metric, block, 1, k)[0] ?? Number.NaN;
  return {
    trend: trendOf(run, block, visits, k),
    values: inlineMetrics(run).map(({ name, inline }) => ({
      label: inline!.label!,
      value: last(name),
    })),
    excess: excessOf(run.info?.metrics ?? [], last),
    frozen: run.isFrozen(block),
    isNext: run.isPaused && run.position?.blocks.includes(block) === true,
  };
}

/** The first metric of a block that is above the limit it declares, as the table and the charts mark it. */
function excessOf(metrics: readonly MetricInfo[], at: (metric: string) => number): Excess | null {
  for (const { name, of, draw } of metrics) {
    const { limit } = draw;
    if (of !== 'block' || limit === null || !isAbove(limit, at(name), at)) continue;
    return { title: limit.ratio, value: ratioTo(limit, at(name), at), limit: limit.number };
  }
  return null;
}

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

const visits = 48;
const toggles = ['blockstep.toggleFrozen', 'blockstep.toggleBreakOnBlock'] as const;

/** Commands that a block's hover has links to. */
export const hoverCommands: readonly string[] = ['blockstep.setStepSize', ...toggles];

/** The hover of a block's bars, as Markdown: every metric with its formula, and commands for the block. */
export function blockMarkdown(run: RunClient, block: string): string {
  const { info, history } = run;
  const k = shownStep(run);
  const size = info?.blocks.find(({ name }) => name === block)?.size ?? 0;
  const metrics = (info?.metrics ?? []).filter(
    ({ of, cost }) => of === 'block' && cost === 'block',
  );
  const norms = trendOf(run, block, visits, k);
  return [
    `**${escapeMarkdown(printable(block))}** · ${size === 1 ? '1 coordinate' : `${size} coordinates`} · at step ${k}`,
    norms.length === 0 ? '_not visited yet_' : `\`${bars(norms)}\``,
    table(metrics, metric => history.last(metric, block, 1, k)[0] ?? Number.NaN),
    links(run, block),
  ].join('\n\n');
}

function table(metrics: readonly MetricInfo[], value: (metric: string) => number): string {
  const rows = metrics.map(({ name, title, formula, unit }) => {
    const number = value(name);
    const cells = [
      title.replaceAll(' ', noBreak),
      Number.isNaN(number) ? '–' : formatNumber(number),
      noBreak.repeat(2) + formula + (unit === '' ? '' : ` (${unit})`),
    ];
    return `| ${cells.map(escapeMarkdown).join(' | ')} |`;
  });
  return [`| Metric | Value | ${noBreak.repeat(2)}What it is |`, '|:--|--:|:--|', ...rows].join(
    '\n',
  );
}

function links(run: RunClient, block: string): string {
  const link = (icon: string, text: string, command: string) =>
    commandLink(icon, text, command, block);
  return [
    ...(run.can('editStepSize') === true
      ? [link('settings', 'Set Step Size', 'blockstep.setStepSize')]
      : []),
    ...(run.can('editFrozen') === true
      ? [link('circle-slash', run.isFrozen(block) ? 'Thaw' : 'Freeze', toggles[0])]
      : []),
    ...(run.can('breakpoints') === true
      ? [
          link(
            'debug-breakpoint',
            run.breakOn.has(block) ? 'Stop Breaking Here' : 'Break Here',
            toggles[1],
          ),
        ]
      : []),
  ].join(' · ');
}
