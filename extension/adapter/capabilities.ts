import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Abilities, Ability } from '../../solver/wire/facts.ts';
import { exceptionFilters } from './breakpoints/names.ts';

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
