// Every sentence of the debug adapter and of the solver's process that a user can read: the thing, the reason, the remedy.
// The solver's own sentences (refusals, findings, expressions) come from it and are passed on as they are.

// Requests that cannot be carried out.
export const unknownRequest = (command: string) =>
  `Blockstep knows no request "${command}"; the requests it answers are in the capabilities and the documentation.`;
export const malformedRequest = () =>
  'The request has no command, so there is nothing to carry out; send one as the Debug Adapter Protocol says.';
export const initializeFirst = (command: string) =>
  `"${command}" came before "initialize", which has to be the first request; send that one first.`;
export const alreadyInitialized = () =>
  'The session is initialized already; a new one needs a connection of its own.';
export const alreadyLaunched = () =>
  'This session has a run already; use restart to begin it anew.';
export const attachRefused = () =>
  'trace: nothing was given to attach to; give the path of a recorded trace, or use "request": "launch" for a new run.';
export const notLaunched = () => 'No run has been started in this session yet; send launch first.';
export const stillLoading = () =>
  'The run is still being loaded; wait for the launch to be answered.';
export const notConfigured = () =>
  'The run waits for configurationDone; it can be stepped once that has been sent.';
export const isRunning = () => 'The run is running; pause it first.';
export const hasEnded = (k: number) =>
  `The solver process has ended at step ${k}; restart the run to go on from there.`;
export const sessionOver = () => 'The session is over; start a new one.';
export const startCancelled = () => 'The start was cancelled.';
export const branchCannotRun = (thread: string) =>
  `${thread} is a branch that an edit left, which can be looked at and not run; step the live thread instead.`;
export const branchHasNoExpressions = () =>
  'A branch that an edit left holds recorded metrics only, so expressions are read on the live thread; its values are among its variables.';
export const unknownThread = (id: number) =>
  `There is no thread ${id}; ask for threads to see those there are.`;
export const unknownFrame = (id: number) =>
  `There is no stack frame ${id}; ask for the stack trace again.`;
export const staleReference = (reference: number) =>
  `The variables reference ${reference} belongs to an earlier stop or does not exist; ask for the scopes again.`;
export const unknownSource = () =>
  'The source is neither this run’s listing nor its problem module, so there is no text to show.';
export const unknownTarget = (id: number) =>
  `There is no goto target ${id}; ask for the targets again.`;
export const atTheStart = () => 'The run stands at step 0, so there is no update to go back to.';
export const noException = () =>
  'The run did not stop at a finding, so there is nothing to explain.';
export const noSuchVariable = (name: string) =>
  `There is no variable "${name}" in this scope; ask for the variables again.`;
export const notSettable = (name: string) =>
  `${name} cannot be set; these can: step sizes, frozen, the ordering, the method's parameters and a block's values.`;
export const notCrashed = () =>
  'There is nothing to recover, because the solver process runs; use restart to begin anew.';
export const forkNotBuilt = () =>
  'Forking by request is not built yet; go back to the step, and an edit there keeps the steps that followed as a branch.';

// Arguments.
export const argumentWanted = (command: string, name: string, what: string, given: string) =>
  `${command}: the argument "${name}" must be ${what}; ${given} was sent.`;
export const argumentsWanted = (command: string) =>
  `${command}: the arguments must be an object; see the Debug Adapter Protocol.`;

// Breakpoints.
export const checkedAfterLoad = () => 'This breakpoint is checked when the run is loaded.';
export const checkedAfterRestart = () =>
  'The solver process has ended; this breakpoint is checked again after a restart.';
export const ignoredWithoutDebugging = () =>
  'The run was started without debugging, so nothing stops it here.';
export const lineBeyondListing = (line: number, last: number) =>
  `The listing has ${last} lines, so nothing stops at line ${line}.`;
export const lineWithoutBlock = (line: number, blocks: readonly string[]) =>
  `No block is declared at line ${line}; ${blocks.length === 0 ? 'no block of this run is declared in this file.' : `blocks are declared at: ${blocks.join(', ')}.`}`;
export const otherSource = () =>
  'This file is neither the listing nor the problem module of this run, so nothing stops here.';
export const nothingToStopAt = () => 'Nothing in the listing can be stopped at.';
export const unknownFilter = (filter: string, known: readonly string[]) =>
  `There is no finding "${filter}" to stop at; accepted: ${known.join(', ')}.`;
export const noMetricToWatch = (name: string) =>
  `"${name}" is not a metric, and only metrics can be watched for changes.`;
export const badDataId = (id: string) =>
  `"${id}" does not name a metric; ask for the data breakpoint's information again.`;

// The solver's process.
export const solverNotFound = (path: string) =>
  `The solver cannot be started, because ${path} does not exist; build or install Blockstep again.`;
export const solverEnded = (k: number | null, how: string, lastWords: string) =>
  `The solver process ended unexpectedly (${how}) ${k === null ? 'before the run began' : `at step ${k}`}; restart to go on from there.${lastWords === '' ? '' : ` Its last words: ${lastWords}`}`;
export const solverGone = () => 'The solver process has ended, so it does not answer any more.';
export const solverDisposed = () => 'The solver process was ended with its session.';
export const solverUnreachable = (reason: string) =>
  `The solver process cannot be reached (${reason}); restart the run.`;
export const exitedWith = (code: number | null, signal: string | null) =>
  signal === null ? `exit code ${code}` : `signal ${signal}`;
export const unexpectedFailure = (what: string, reason: string) =>
  `${what} failed for a reason that was not foreseen: ${reason.replace(/\.$/, '')}.`;

// Said in the debug console and at stops, and as a run's state.
export const restoring = (k: number) => `Going on from step ${k} in a new process.`;
/** `said`: how the run had ended, or ''. */
export const traceRemains = (said: string, end: number) =>
  `${said === '' ? '' : `${said} `}The session is over, so the ${end} steps that were computed can only be looked at; start it again to go on.`;
export const restoredTo = (k: number) => `Restored by replay to step ${k}.`;
export const finished = (text: string) => (text === '' ? 'The run has ended.' : text);

/** Closes a union: the compiler refuses a call that can be reached. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}
export const outputLeftOut = (count: number) =>
  `${count} messages were left out because the client did not read them; findings are in blockstep/info, metrics behind their cursor.`;
