import { settingNames } from '../manifest.ts';

const { inlineEnabled, inlineVisits, openPanel } = settingNames;

/** `contributes.configuration`. */
export const configuration = {
  title: 'Blockstep',
  properties: {
    [`blockstep.${inlineEnabled}`]: {
      type: 'boolean',
      default: true,
      markdownDescription:
        'Show at the end of each block’s line, in listings and problem modules, how its gradient norm went and where it stands.',
    },
    [`blockstep.${inlineVisits}`]: {
      type: 'integer',
      default: 12,
      minimum: 1,
      maximum: 60,
      markdownDescription:
        'How many visits of a block its inline bars show, the last one at the right.',
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
  },
};
