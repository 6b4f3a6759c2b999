import { settingNames } from '../manifest.ts';

const { inlineEnabled, inlineVisits, openPanel, rowsMB } = settingNames;

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
    [`blockstep.${rowsMB}`]: {
      type: 'integer',
      default: 512,
      minimum: 16,
      markdownDescription:
        'Megabytes of memory for the measured rows of a run, half in the solver’s process and half in the editor’s. Beyond it the solver writes old rows to a temporary file, from which every value can still be had, and charts draw the past from its extremes. Holds for runs that start after a change.',
    },
  },
};
