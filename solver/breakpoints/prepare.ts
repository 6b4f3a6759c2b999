import { isRefusal, type Refusal } from '../core/part.ts';
import {
  type BreakpointSpec,
  type BreakpointStatus,
  Entry,
  parseHitCondition,
  parseLogMessage,
} from './breakpoint.ts';
import { BreakpointSet } from './breakpointSet.ts';
import { parseCondition } from './expression.ts';
import type { ExpressionNames } from './parse.ts';
import * as say from './sentences.ts';

/**
 * Checks the breakpoints and makes the set the loop asks. Those with a fault get a sentence and never stop.
 * Hit counts of breakpoints that `before` held too, unchanged, go on from where they were.
 */
export function prepareBreakpoints(
  specs: readonly BreakpointSpec[],
  names: ExpressionNames,
  before?: BreakpointSet,
): BreakpointSet {
  const statuses: BreakpointStatus[] = [];
  const entries: Entry[] = [];
  for (const spec of specs) {
    const entry = prepare(spec, names);
    if (isRefusal(entry)) {
      statuses.push({ id: spec.id, verified: false, message: entry.refusal });
    } else {
      statuses.push({ id: spec.id, verified: true });
      entries.push(entry);
    }
  }
  return new BreakpointSet(statuses, entries, before);
}

function prepare(spec: BreakpointSpec, names: ExpressionNames): Entry | Refusal {
  const { at } = spec;
  if (at.kind === 'block' && !names.blockNames.has(at.block)) {
    return say.unknownBlock(at.block, names.blockNames);
  }
  if (at.kind === 'data') {
    if (!names.metricNames.has(at.metric)) return say.unknownMetric(at.metric, names.metricNames);
    if (at.block !== null && names.runMetricNames?.has(at.metric))
      return say.runMetricWithBlock(at.metric);
    if (at.block !== null && !names.blockNames.has(at.block))
      return say.unknownBlock(at.block, names.blockNames);
    const why = names.unrecorded?.(at.metric, false) ?? null;
    if (why !== null) return { refusal: why };
  }
  const condition = given(spec.condition) ? parseCondition(spec.condition, names) : null;
  if (isRefusal(condition)) return condition;
  const hit = given(spec.hitCondition) ? parseHitCondition(spec.hitCondition) : null;
  if (isRefusal(hit)) return hit;
  const log = given(spec.logMessage) ? parseLogMessage(spec.logMessage, names) : null;
  if (isRefusal(log)) return log;
  return new Entry(spec, condition, hit, log);
}

/** Clients send an empty text for a field that was cleared. */
function given(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== '';
}
