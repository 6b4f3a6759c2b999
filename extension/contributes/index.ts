import type { Catalog } from '../../solver/config/catalog.ts';
import { type CommandSpec, commandTable } from '../commands/table.ts';
import { listingLanguage, settingNames, views } from '../manifest.ts';
import { debuggers, walkthroughs } from './debugger-and-walkthrough.ts';

// Everything under `contributes` in package.json, as data; `scripts/lib/manifest.mjs` writes it there.

export function contributes(catalog: Catalog, schema: object): object {
  return {
    commands,
    menus,
    debuggers: debuggers(catalog, schema),
    breakpoints,
    languages,
    grammars,
    snippets,
    viewsContainers,
    views: contributedViews,
    configuration,
    configurationDefaults,
    walkthroughs,
  };
}

/** Commands, views and languages activate by themselves; these do not. */
export const activationEvents = [
  'onDebugResolve:blockstep',
  'onDebugDynamicConfigurations:blockstep',
  'onFileSystem:blockstep-listing',
  // For `npm start` alone, which has a configuration started by itself; activating takes a few milliseconds.
  'onStartupFinished',
];

export const icon = 'media/icon.png';

export const capabilities = {
  untrustedWorkspaces: {
    supported: 'limited',
    description:
      'The panel opens and configurations are checked. The editor asks for your trust before it debugs anything, and problem modules, which are programs of the workspace, never run without it.',
  },
  virtualWorkspaces: {
    supported: false,
    description: 'The solver reads data and modules from disk.',
  },
};

export const viewsContainers = {
  panel: [{ id: views.container, title: 'Blockstep', icon: './media/panel.svg' }],
};

export const contributedViews = {
  [views.container]: [
    {
      type: 'webview',
      id: views.convergence,
      name: 'Convergence',
      icon: './media/panel.svg',
      contextualTitle: 'Blockstep',
    },
  ],
};

const table: readonly (readonly [string, CommandSpec])[] = Object.entries(commandTable);

/** `contributes.commands`. */
export const commands = table.map(([command, { title, icon, enablement }]) => ({
  command,
  title,
  category: 'Blockstep',
  ...(icon === undefined ? {} : { icon: iconOf(icon) }),
  ...(enablement === undefined ? {} : { enablement }),
}));

/** `contributes.menus`: the buttons of the table, and no palette entry for commands that need arguments. */
export const menus: Readonly<Record<string, readonly object[]>> = {
  commandPalette: table
    .filter(([, { hidden }]) => hidden)
    .map(([command]) => ({ command, when: 'false' })),
  ...byMenu(),
};

function iconOf(icon: string): string | object {
  if (!icon.startsWith('media/')) return `$(${icon})`;
  return { light: `./${icon}-light.svg`, dark: `./${icon}-dark.svg` };
}

function byMenu(): Record<string, object[]> {
  const result: Record<string, object[]> = {};
  for (const [command, { menus = [] }] of table) {
    for (const { menu, ...entry } of menus) {
      result[menu] ??= [];
      result[menu].push({ command, ...entry });
    }
  }
  return result;
}

const { inlineEnabled, inlineVisits, openPanel, rowsMB } = settingNames;

/** `contributes.configuration`. */
export const configuration = {
  title: 'Blockstep',
  properties: {
    [`blockstep.${inlineEnabled}`]: {
      type: 'boolean',
      default: true,
      markdownDescription:
        'Show a block’s recent gradient norms as bars, with the latest value, at the end of its line in listings and problem modules.',
    },
    [`blockstep.${inlineVisits}`]: {
      type: 'integer',
      default: 12,
      minimum: 1,
      maximum: 60,
      markdownDescription:
        'How many visits of a block its inline bars show; the latest is at the right.',
    },
    [`blockstep.${openPanel}`]: {
      type: 'string',
      enum: ['always', 'never'],
      enumDescriptions: [
        'Open the convergence panel when a run starts.',
        'Leave the panel as it is.',
      ],
      default: 'always',
      markdownDescription: 'Whether a run that starts opens the convergence panel.',
    },
    [`blockstep.${rowsMB}`]: {
      type: 'integer',
      default: 512,
      minimum: 16,
      markdownDescription:
        'Megabytes of memory for the measured rows of a run, half in the solver’s process and half in the editor’s. Above this the solver moves old rows to a temporary file, where every value stays available, and charts draw the past by its minima and maxima. Applies to runs started after a change.',
    },
  },
};

/** `contributes.languages`: listings are never files, so no file name is claimed. */
export const languages = [
  {
    id: listingLanguage,
    aliases: ['Blockstep Listing'],
    extensions: ['.listing'],
    configuration: './media/listing.language-configuration.json',
    icon: { light: './media/listing-light.svg', dark: './media/listing-dark.svg' },
  },
];

export const grammars = [
  {
    language: listingLanguage,
    scopeName: 'source.blockstep-listing',
    path: './media/listing.tmLanguage.json',
  },
];

/** Without these the gutter takes no breakpoint: listings, and the modules that users write. */
export const breakpoints = [listingLanguage, 'typescript', 'javascript'].map(language => ({
  language,
}));

export const snippets = ['typescript', 'javascript'].map(language => ({
  language,
  path: './media/problem.code-snippets.json',
}));

/** Pseudo-code is mathematics: none of its letters is a mistake for another, and its brackets need no colours. */
export const configurationDefaults = {
  [`[${listingLanguage}]`]: {
    'editor.bracketPairColorization.enabled': false,
    'editor.guides.indentation': false,
    'editor.minimap.enabled': false,
    'editor.unicodeHighlight.ambiguousCharacters': false,
    'editor.unicodeHighlight.nonBasicASCII': false,
  },
};
