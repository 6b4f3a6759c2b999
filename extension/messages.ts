// What the editor says to the user, one function a sentence: the thing, the reason, the remedy.
// The adapter's and the child's sentences stand in errors.ts.

export const noListingYet = () =>
  'The listing of this problem and method is written when a run of them starts; start one, and it stands here.\n';

export const solverEnded = (k: number) =>
  `The solver process ended unexpectedly at step ${k}; restart it from there, or see the log for its last words.`;

export const openLaunchJsonButton = () => 'Open launch.json';

export const untrustedModule = (problem: string) =>
  `problem: "${problem}" is a program of this workspace, which is not trusted, so it does not run; trust the workspace, or choose a built-in problem.`;
