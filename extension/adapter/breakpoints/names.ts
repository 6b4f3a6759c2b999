import type { DebugProtocol } from '@vscode/debugprotocol';
import findings from '../../../solver/wire/findings.generated.json';
import type { RunInfo } from '../../../solver/wire/run.ts';

/** A metric of a block, or of the run. */
export interface MetricName {
  readonly metric: string;
  readonly block: string | null;
}

/** The id of a data breakpoint: the same in every session, so that a client can keep it. */
export function dataId({ metric, block }: MetricName): string {
  return JSON.stringify(block === null ? [metric] : [metric, block]);
}

/** null where the text was not made by `dataId`. */
export function parseDataId(id: string): MetricName | null {
  try {
    const [metric, block = null, ...more] = JSON.parse(id) as unknown[];
    const good = typeof metric === 'string' && (block === null || typeof block === 'string');
    return good && more.length === 0 ? { metric, block } : null;
  } catch {
    return null;
  }
}

/** `objective`, `gradNorm("bmi")`, or `gradNorm`, which is the current block's. null where it does not name a metric of the run. */
export function parseMetricName(text: string, info: RunInfo, current: string): MetricName | null {
  const match = /^\s*([\p{L}_]\w*)\s*(?:\(\s*(["'])(.*)\2\s*\))?\s*$/u.exec(text);
  const metric = info.metrics.find(({ name }) => name === match?.[1]);
  if (metric === undefined) return null;
  const named = match?.[3];
  if (named === undefined)
    return { metric: metric.name, block: metric.of === 'run' ? null : current };
  const exists = metric.of === 'block' && info.blocks.some(({ name }) => name === named);
  return exists ? { metric: metric.name, block: named } : null;
}

/** The findings a run can be stopped at, whatever the run: which of them it is watched for is in its info. */
export const exceptionFilters: DebugProtocol.ExceptionBreakpointsFilter[] = findings.map(
  ({ name, title, summary, stops }) => ({
    filter: name,
    label: title,
    description: summary,
    default: stops,
    supportsCondition: true,
    conditionDescription: 'An expression, such as block == "bmi" && k > 100',
  }),
);
