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
