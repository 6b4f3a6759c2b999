import type { DebugProtocol } from '@vscode/debugprotocol';
import type { FindingName } from '../../../solver/wire/protocol.ts';

interface Filter extends DebugProtocol.ExceptionBreakpointsFilter {
  readonly filter: FindingName;
}

const filter = (filter: FindingName, label: string, description: string, on: boolean): Filter => ({
  filter,
  label,
  description,
  default: on,
  supportsCondition: true,
  conditionDescription: 'An expression, such as block == "bmi" && k > 100',
});

/** The findings a run can be stopped at. */
export const exceptionFilters: Filter[] = [
  filter(
    'divergence',
    'Divergence',
    'The objective rises where the method must decrease it.',
    true,
  ),
  filter('nonfinite', 'Not finite', 'A value is NaN or infinite.', true),
  filter(
    'stepTooLong',
    'Step too long',
    'A step is above what the block’s sharpness allows.',
    false,
  ),
  filter('stall', 'Stall', 'The gradient norms hardly fall from sweep to sweep.', false),
  filter(
    'gradientMismatch',
    'Gradient mismatch',
    'A module’s gradient differs from finite differences.',
    true,
  ),
];
