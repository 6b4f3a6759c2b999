// Every sentence of the debug adapter and of the solver's process that a user can read: the thing, the reason, the remedy.
// The solver's own sentences (refusals, findings, expressions) come from it and are passed on as they are.

// Requests that cannot be carried out.
export const unknownRequest = (command: string) =>
  `Blockstep does not support the request "${command}"; the capabilities and the documentation list those it does.`;
export const malformedRequest = () =>
  'The request has no command; send one as the Debug Adapter Protocol specifies.';
export const initializeFirst = (command: string) =>
  `"${command}" came before "initialize"; send "initialize" first.`;
export const alreadyInitialized = () =>
  'The session is already initialized; open another connection for a new one.';
export const alreadyLaunched = () =>
  'This session already has a run; use restart to start it again.';
export const attachRefused = () =>
  'trace: no path was given to attach to; give the path of a recorded trace, or use "request": "launch" for a new run.';
export const notLaunched = () => 'No run has been started in this session yet; send launch first.';
export const stillLoading = () =>
  'The run is still being loaded; wait for the launch to be answered.';
export const notConfigured = () =>
  'The run waits for configurationDone; it can be stepped once that has been sent.';
export const isRunning = () => 'The run is running; pause it first.';
export const hasEnded = (k: number) =>
  `The solver process has ended at step ${k}; restart the run to continue from there.`;
export const sessionOver = () => 'The session is over; start a new one.';
export const startCancelled = () => 'The start was cancelled.';
export const branchCannotRun = (thread: string) =>
  `${thread} is a branch left by an edit, which can be viewed but not run; step the live thread instead.`;
export const branchHasNoExpressions = () =>
  'A branch left by an edit holds only recorded metrics, so expressions are evaluated on the live thread; the branch’s variables show its values.';
export const unknownThread = (id: number) =>
  `There is no thread ${id}; request threads for those that exist.`;
export const unknownFrame = (id: number) =>
  `There is no stack frame ${id}; request the stack trace again.`;
export const staleReference = (reference: number) =>
  `The variables reference ${reference} belongs to an earlier stop or does not exist; request the scopes again.`;
export const unknownSource = () =>
  'The source is neither this run’s listing nor its problem module, so there is no text to show.';
export const unknownTarget = (id: number) =>
  `There is no goto target ${id}; request the targets again.`;
export const atTheStart = () => 'The run is at step 0, so there is no update to go back to.';
export const noException = () =>
  'The run did not stop at a finding, so there is nothing to explain.';
export const noSuchVariable = (name: string) =>
  `There is no variable "${name}" in this scope; request the variables again.`;
export const notSettable = (name: string) =>
  `${name} cannot be set; these can: step sizes, frozen, the ordering, the method's parameters and a block's values.`;
export const notCrashed = () =>
  'There is nothing to recover, because the solver process is running; use restart to start again.';
export const forkNotBuilt = () =>
  'Forking by request is not implemented yet; go back to the step and edit there, and the steps that followed are kept as a branch.';

// Arguments.
export const wrongArgument = (command: string, name: string, what: string, given: string) =>
  `${command}: the argument "${name}" must be ${what}; ${given} was sent.`;
export const argumentsNotAnObject = (command: string) =>
  `${command}: the arguments must be an object; see the Debug Adapter Protocol.`;

// Breakpoints.
export const checkedAfterLoad = () => 'This breakpoint is checked when the run is loaded.';
export const checkedAfterRestart = () =>
  'The solver process has ended; this breakpoint is checked again after a restart.';
export const ignoredWithoutDebugging = () =>
  'The run was started without debugging, so it does not stop here.';
export const lineBeyondListing = (line: number, last: number) =>
  `The listing has ${last} lines, so no run stops at line ${line}.`;
export const lineWithoutBlock = (line: number, blocks: readonly string[]) =>
  `No block is declared at line ${line}; ${blocks.length === 0 ? 'no block of this run is declared in this file.' : `blocks are declared at: ${blocks.join(', ')}.`}`;
export const otherSource = () =>
  'This file is neither the listing nor the problem module of this run, so the run does not stop here.';
export const nothingToStopAt = () => 'The listing has no line that a run can stop at.';
export const unknownFilter = (filter: string, known: readonly string[]) =>
  `There is no finding "${filter}" to stop at; accepted: ${known.join(', ')}.`;
export const noMetricToWatch = (name: string) =>
  `"${name}" is not a metric, and only metrics can be watched for changes.`;
export const badDataId = (id: string) =>
  `"${id}" does not name a metric; request the data breakpoint information again.`;

// The solver's process.
export const solverNotFound = (path: string) =>
  `The solver cannot be started, because ${path} does not exist; build or install Blockstep again.`;
export const solverEnded = (k: number | null, how: string, lastWords: string) =>
  `The solver process ended unexpectedly (${how}) ${k === null ? 'before the run began' : `at step ${k}`}; restart to continue from there.${lastWords === '' ? '' : ` Its last output: ${lastWords}`}`;
export const solverGone = () => 'The solver process has ended, so it no longer answers.';
export const solverDisposed = () => 'The solver process was ended with its session.';
export const solverUnreachable = (reason: string) =>
  `The solver process cannot be reached (${reason}); restart the run.`;
export const exitedWith = (code: number | null, signal: string | null) =>
  signal === null ? `exit code ${code}` : `signal ${signal}`;
export const unexpectedFailure = (what: string, reason: string) =>
  `${what} failed unexpectedly: ${reason.replace(/\.$/, '')}.`;

// Said in the debug console and at stops, and as a run's state.
export const restoring = (k: number) => `Continuing from step ${k} in a new process.`;
/** `said`: how the run had ended, or ''. */
export const traceRemains = (said: string, end: number) =>
  `${said === '' ? '' : `${said} `}The session is over, so the ${end} steps that were computed can only be viewed; start it again to continue.`;
export const restoredTo = (k: number) => `Restored to step ${k} by replay.`;
export const finished = (text: string) => (text === '' ? 'The run has ended.' : text);

/** Closes a union: the compiler refuses a call that can be reached. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}
export const outputLeftOut = (count: number) =>
  `${count} messages were left out because the client did not read them; findings are in blockstep/info, and metrics can be read from their cursor.`;
