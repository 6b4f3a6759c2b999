import type { Verdict } from './verdict.ts';

/** What is known of a finding before any run. */
export interface FindingPart extends Pick<Verdict, 'title' | 'summary' | 'options'> {
  readonly name: string;
  /** Does a debugger stop at it until it is told otherwise? null: the run stops there in any case, or never got so far. */
  readonly stops: boolean | null;
  /** Why it cannot be switched off, in one sentence; null where it can. */
  readonly always: string | null;
}

/** Findings that no metric's verdict makes: of the run itself, and of problem modules. */
export const ownFindings: readonly FindingPart[] = [
  {
    name: 'nonfinite',
    title: 'Not finite',
    summary: 'A value is NaN or infinite.',
    options: {},
    stops: true,
    always: 'the first value that is not finite ends the run',
  },
  {
    name: 'gradientMismatch',
    title: 'Gradient mismatch',
    summary: 'A module’s gradient differs from finite differences.',
    options: {},
    stops: true,
    always: null,
  },
  {
    name: 'notDeterministic',
    title: 'Not deterministic',
    summary: 'A module’s function gave two values at one point.',
    options: {},
    stops: null,
    always: null,
  },
  {
    name: 'userError',
    title: 'Error in the module',
    summary: 'A module’s function threw.',
    options: {},
    stops: null,
    always: 'the run cannot go on after it',
  },
  {
    name: 'crash',
    title: 'Crash',
    summary: 'The solver’s process ended by itself.',
    options: {},
    stops: null,
    always: 'there is no run left to ignore it',
  },
  {
    name: 'traceDiffers',
    title: 'Trace differs',
    summary: 'A trace that is replayed has other bits than were recorded.',
    options: {},
    stops: null,
    always: 'what follows is another run than the recorded one',
  },
];
