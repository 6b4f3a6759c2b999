import { views } from '../manifest.ts';

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
