import { formatNumber, printable } from '../../solver/core/words.ts';
import type { MetricInfo } from '../../solver/wire/run.ts';
import { commandLink, escapeMarkdown } from '../messages.ts';
import type { RunClient } from '../run/client.ts';
import { bars } from './bars.ts';
import { noBreak, shownStep } from './inline-text.ts';

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
  const norms = history.last('gradNorm', block, visits, k);
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
