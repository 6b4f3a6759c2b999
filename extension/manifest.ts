/** Names that package.json, the code and the tests share. They are permanent: settings and key bindings of users rest on them. */

import type { Ability } from '../solver/wire/facts.ts';

export const debugType = 'blockstep';

/** Attribute with the id of a crashed run of a finished session, which the new debug session recovers. */
export const recoverAttribute = '__recover';

/** The language of listings, and the URI scheme of their documents. */
export const listingLanguage = 'blockstep-listing';
export const listingScheme = 'blockstep-listing';

export const views = { container: 'blockstep', convergence: 'blockstep.convergence' } as const;

/** Keys for `when` clauses. `paused` holds wherever the run can be stepped or looked at, also after it converged. */
export const contextKeys = {
  active: 'blockstep.active',
  starting: 'blockstep.starting',
  running: 'blockstep.running',
  paused: 'blockstep.paused',
  crashed: 'blockstep.crashed',
} as const;

/** The abilities that commands depend on. */
export const abilities = [
  'stepUpdate',
  'stepSweep',
  'back',
  'goTo',
  'editOrdering',
  'editStepSize',
  'editFrozen',
] as const satisfies readonly Ability[];

/** The key for `when` clauses that says that the run has an ability. */
export const can = (ability: (typeof abilities)[number]) => `blockstep.can.${ability}`;

/** Names of the configuration's attributes under `blockstep.` in settings.json. */
export const settingNames = {
  inlineEnabled: 'inline.enabled',
  inlineVisits: 'inline.visits',
  openPanel: 'panel.openOnStart',
  rowsMB: 'memory.rowsMB',
} as const;

/** VS Code's variable for the folder of a launch.json. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: VS Code puts the folder in, not JavaScript.
export const folderVariable = '${workspaceFolder}';
