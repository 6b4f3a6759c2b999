import type { Catalog } from '../../solver/config/catalog.ts';
import { views } from '../manifest.ts';
import { commands, menus } from './commands.ts';
import { debuggers } from './debuggers.ts';
import { breakpoints, configurationDefaults, grammars, languages, snippets } from './languages.ts';
import { configuration } from './settings.ts';
import { walkthroughs } from './walkthrough.ts';

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
