// What a client may ask of this adapter, and the names that it asks by.
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Abilities, Ability } from '../../solver/wire/facts.ts';
import findings from '../../solver/wire/findings.generated.json';
import type { RunInfo } from '../../solver/wire/run.ts';

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

/** What a client may ask of this adapter, before it is known what the run can do. */
export const capabilities: DebugProtocol.Capabilities = {
  supportsConfigurationDoneRequest: true,
  supportsFunctionBreakpoints: true,
  supportsConditionalBreakpoints: true,
  supportsHitConditionalBreakpoints: true,
  supportsLogPoints: true,
  supportsDataBreakpoints: true,
  supportsBreakpointLocationsRequest: true,
  supportsExceptionFilterOptions: true,
  supportsExceptionInfoRequest: true,
  exceptionBreakpointFilters: exceptionFilters,
  supportsStepBack: true,
  supportsGotoTargetsRequest: true,
  // Not delayed: three frames cost nothing, and VS Code would leave "Load More Stack Frames" standing after a step.
  supportsDelayedStackTraceLoading: false,
  supportsLoadedSourcesRequest: true,
  supportsEvaluateForHovers: true,
  supportsCompletionsRequest: true,
  completionTriggerCharacters: ['"', '(', '='],
  supportsSetVariable: true,
  supportsSetExpression: true,
  supportsRestartRequest: true,
  supportsTerminateRequest: true,
  supportsCancelRequest: true,
};

/** Capabilities that depend on the run, with the abilities of which any one is enough. */
const dependent: Readonly<Partial<Record<keyof DebugProtocol.Capabilities, readonly Ability[]>>> = {
  supportsFunctionBreakpoints: ['breakpoints'],
  supportsDataBreakpoints: ['breakpoints'],
  supportsBreakpointLocationsRequest: ['breakpoints'],
  supportsConditionalBreakpoints: ['conditions'],
  supportsHitConditionalBreakpoints: ['conditions'],
  supportsLogPoints: ['conditions'],
  supportsStepBack: ['back'],
  supportsGotoTargetsRequest: ['goTo'],
  supportsEvaluateForHovers: ['evaluate'],
  supportsCompletionsRequest: ['evaluate'],
  supportsSetVariable: ['editStepSize', 'editOrdering', 'editFrozen', 'editValue', 'editParameter'],
  supportsSetExpression: [
    'editStepSize',
    'editOrdering',
    'editFrozen',
    'editValue',
    'editParameter',
  ],
};

/** What a client may ask of a run with these abilities: the body of the event that follows launch or attach. */
export function capabilitiesOf(abilities: Abilities): DebugProtocol.Capabilities {
  return Object.fromEntries(
    Object.entries(dependent).map(([name, any]) => [
      name,
      any.some(ability => abilities[ability] === true),
    ]),
  );
}

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
