import type { DebugProtocol } from '@vscode/debugprotocol';
import findings from '../../../solver/wire/findings.generated.json';

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
