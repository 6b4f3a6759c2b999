import { listed, printable } from '../solver/core/words.ts';

// What the editor says to the user, one function a sentence: the thing, the reason, the remedy.
// The adapter's and the child's sentences stand in errors.ts.

export const noListingYet = () =>
  'The listing of this problem and method is written when a run of them starts; start one to see it here.\n';

export const openLaunchJsonButton = () => 'Open launch.json';

export const untrustedModule = (problem: string) =>
  `problem: "${problem}" is a program of this workspace, which is not trusted, so it does not run; trust the workspace, or choose a built-in problem.`;

export const noRun = () =>
  'There is no run, because no debug session of Blockstep is active; start one with "Debug a Problem".';

export const gpuSupportPrompt = (name: string, size: string, folder: string) =>
  `The backend "gpu" needs the npm package ${name} (${size}), which npm would install into the folder ${folder}.`;

export const installButton = () => 'Install';

export const noFolder = () =>
  'There is no folder to install into, because none is open in this window; open the folder of your project.';

export const noCrash = () =>
  'There is nothing to restart, because the solver process of this run did not crash; restart the debug session to start again.';

export const goToStepPrompt = (k: number, end: number) =>
  `The run is at step ${k} and computed up to ${end}. Later steps are computed on the way; +10 and −10 count from here.`;

export const notAStep = (text: string) =>
  `"${text}" is not a step; accepted: a whole number from 0, or one with a sign to go that many steps forward or back.`;

export const customOrderPrompt = () =>
  'Names of blocks in the order of their updates, separated by commas; a name may be repeated.';

export const notABlock = (name: string, blocks: readonly string[]) =>
  `"${printable(name)}" is not a block of this run; accepted: ${listed(blocks)}.`;

export const stepSizePrompt = (rule: string) =>
  `The absolute step t of the update. Leave it empty to give it back to the step rule (${rule}).`;

export const notAStepSize = (text: string) =>
  `"${text}" is not a step size; accepted: a number above 0, or empty for the step rule's own.`;

export const notAFileName = (name: string) =>
  `"${name}" has no letter or digit to make a file name from; accepted: a name with at least one.`;

export const fileExists = (path: string) =>
  `${path} already exists and is not overwritten; choose another name.`;

export const unexpected = (command: string) =>
  `${command} failed unexpectedly; the log has the details.`;

export const restartFromStep = (k: number) => `Restart from Step ${k}`;

export const showLogButton = () => 'Show Log';

export const traceNotGiven = (given: unknown) =>
  `trace: ${given === undefined ? 'nothing' : JSON.stringify(given)} is not a file to attach to; accepted: the path of a recorded trace (.arrow).`;

export const searchFailed = (pattern: string, reason: string) =>
  `Files like ${pattern} were not found, because the editor's file search failed (${reason}); lists are offered without them, and "Browse…" reaches every file.`;

export const traceWritten = (steps: number, rows: number, path: string) =>
  `${steps} steps (${rows} rows) were written to ${path}.`;

export const copyPathButton = () => 'Copy Path';

export const notAutostarted = (name: string, reason: string) =>
  `"${name}" was not started automatically: ${reason}.`;

/** Text that Markdown shows as it is, on one line: no list, link, picture, entity or table of it, however it is made up. */
export function escapeMarkdown(text: string): string {
  return printable(text, 400).replaceAll(/[\\`*_{}[\]()#+\-.!|<>~&$:@]/g, '\\$&');
}

/** `[$(icon) text](command:…)` with one argument, which may hold brackets of any kind and stays whole. */
export function commandLink(icon: string, text: string, command: string, argument: string): string {
  const given = encodeURIComponent(JSON.stringify([argument])).replaceAll(
    /[()'!*~]/g,
    mark => `%${mark.charCodeAt(0).toString(16)}`,
  );
  return `[$(${icon}) ${text}](command:${command}?${given})`;
}
