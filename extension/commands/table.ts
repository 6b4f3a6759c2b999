import { can, contextKeys, debugType, listingLanguage, views } from '../manifest.ts';

/** A command's entry in package.json. Titles are in title case, as everywhere in VS Code. */
export interface CommandSpec {
  readonly title: string;
  /** A codicon's name, or `media/<name>` for pictures `<name>-light.svg` and `<name>-dark.svg` of our own. */
  readonly icon?: string;
  /** When it can be run; outside, the palette does not offer it and its buttons are grey. */
  readonly enablement?: string;
  /** It needs arguments, so the palette does not offer it. */
  readonly hidden?: true;
  /** Where it has a button or an entry beside the palette. */
  readonly menus?: readonly MenuSpec[];
}

export interface MenuSpec {
  readonly menu: string;
  readonly when?: string;
  readonly group?: string;
}

const { active, starting, paused, running, crashed } = contextKeys;

const inSession = `debugType == '${debugType}'`;
const inView = `view == ${views.convergence}`;
const onListing = `resourceLangId == ${listingLanguage}`;
/** The problem is loaded, so that there is a listing. */
const loaded = `${active} && !${starting}`;
/** VS Code's own buttons stand before `navigation@40`; Step Out at 40 and Step Back at 50. */
const toolbar = (place: number): MenuSpec => ({
  menu: 'debug/toolBar',
  when: inSession,
  group: `navigation@${place}`,
});
const viewTitle = (place: number): MenuSpec => ({
  menu: 'view/title',
  when: `${inView} && ${active}`,
  group: `navigation@${place}`,
});

/** Every command, in the order of package.json. The type in `commands/index.ts` requires a handler for each. */
export const commandTable = {
  'blockstep.debugProblem': {
    title: 'Debug a Problem…',
    icon: 'debug-alt',
    menus: [{ menu: 'view/title', when: `${inView} && !${active}`, group: 'navigation@1' }],
  },
  'blockstep.openPanel': {
    title: 'Open Convergence Panel',
    icon: 'graph-line',
    menus: [{ menu: 'editor/title', when: `${onListing} && ${active}`, group: 'navigation@1' }],
  },
  'blockstep.openListing': {
    title: 'Open Listing',
    icon: 'list-ordered',
    enablement: loaded,
    menus: [viewTitle(3)],
  },
  'blockstep.stepBlock': {
    title: 'Step Block',
    icon: 'debug-step-over',
    enablement: `${paused} && ${can('stepUpdate')}`,
  },
  'blockstep.stepSweep': {
    title: 'Step Sweep',
    icon: 'media/step-sweep',
    enablement: `${paused} && ${can('stepSweep')}`,
    menus: [toolbar(41)],
  },
  'blockstep.stepBack': {
    title: 'Step Back',
    icon: 'debug-step-back',
    enablement: `${paused} && ${can('back')}`,
  },
  'blockstep.goToStep': {
    title: 'Go to Step…',
    icon: 'target',
    enablement: `${paused} && ${can('goTo')}`,
    menus: [viewTitle(1)],
  },
  'blockstep.swapOrdering': {
    title: 'Swap Ordering…',
    icon: 'arrow-swap',
    enablement: `${can('editOrdering')} && (${paused} || ${running})`,
    menus: [toolbar(60), viewTitle(2)],
  },
  'blockstep.setStepSize': {
    title: 'Set Step Size…',
    icon: 'settings',
    enablement: `${can('editStepSize')} && (${paused} || ${running})`,
  },
  'blockstep.restartFromKeyframe': {
    title: 'Restart from the Last Step',
    icon: 'debug-restart',
    enablement: crashed,
  },
  'blockstep.openTrace': { title: 'Open Trace…', icon: 'folder-opened' },
  'blockstep.exportTrace': { title: 'Export Trace…', icon: 'save-as', enablement: loaded },
  'blockstep.newProblem': { title: 'New Problem Module…', icon: 'new-file' },
  'blockstep.installGpuSupport': { title: 'Install GPU Support…', icon: 'cloud-download' },
  'blockstep.showLog': { title: 'Show Log', icon: 'output' },
  'blockstep.revealBlock': { title: 'Reveal Block', enablement: loaded, hidden: true },
  'blockstep.toggleFrozen': {
    title: 'Freeze or Thaw Block',
    enablement: `${loaded} && ${can('editFrozen')}`,
    hidden: true,
  },
  'blockstep.toggleBreakOnBlock': { title: 'Break on Block', hidden: true },
} as const satisfies Readonly<Record<string, CommandSpec>>;

export type CommandId = keyof typeof commandTable;
