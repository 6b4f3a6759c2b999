import type { Catalog } from '../../../solver/config/catalog.ts';
import { checkConfig } from '../../../solver/config/check.ts';
import { isRefusal } from '../../../solver/core/part.ts';

const meta = { title: 'T', summary: 's', source: 'S', suits: 'all', options: {} } as const;

/** A small catalog with every kind of option, so that these tests hold whatever parts there are. */
export const catalog: Catalog = {
  problems: [
    {
      ...meta,
      name: 'lasso',
      exampleData: 'diabetes',
      hasGap: true,
      options: {
        lambda: { type: 'lambda', default: '0.1*max', description: 'd' },
        intercept: { type: 'boolean', default: true, description: 'd' },
        l1Ratio: { type: 'number', default: 0.5, minimum: 0, maximum: 1, description: 'd' },
      },
    },
    {
      ...meta,
      name: 'quadratic',
      exampleData: null,
      hasGap: false,
      options: {
        matrix: { type: 'path', default: null, description: 'd' },
        family: { type: 'choice', default: 'sunYe', values: ['sunYe', 'given'], description: 'd' },
        size: {
          type: 'integer',
          default: 50,
          minimum: 1,
          description: 'd',
          unusedWith: [{ attribute: 'problemOptions.matrix' }],
        },
        delta: {
          type: 'number',
          default: 0.05,
          exclusiveMinimum: 0,
          description: 'd',
          unusedWith: [{ attribute: 'step', value: 'fixed' }],
        },
      },
    },
  ],
  methods: [
    {
      ...meta,
      name: 'pccd',
      eachBlockOnce: false,
      stepRules: ['lipschitz', 'fixed'],
      certificate: true,
    },
    {
      ...meta,
      name: 'acoder',
      eachBlockOnce: true,
      stepRules: ['lipschitz'],
      certificate: false,
      options: {
        L: { type: 'numberOrAuto', default: 'auto', exclusiveMinimum: 0, description: 'd' },
      },
    },
  ],
  orderings: [
    { ...meta, name: 'cyclic', eachBlockOnce: true },
    { ...meta, name: 'random', eachBlockOnce: false },
    {
      ...meta,
      name: 'custom',
      eachBlockOnce: false,
      options: { order: { type: 'names', default: null, description: 'd' } },
    },
  ],
  steps: [
    { ...meta, name: 'lipschitz' },
    {
      ...meta,
      name: 'fixed',
      options: { size: { type: 'number', default: null, exclusiveMinimum: 0, description: 'd' } },
    },
  ],
  diagnostics: [
    { ...meta, name: 'objective', cost: 'block', byDefault: true, finding: null },
    { ...meta, name: 'gradNorm', cost: 'block', byDefault: true, finding: null },
    { ...meta, name: 'gap', cost: 'sweep', byDefault: true, finding: null },
    { ...meta, name: 'certificate', cost: 'sweep', byDefault: false, finding: null },
  ],
  findings: [
    {
      name: 'stall',
      title: 'T',
      summary: 's',
      options: { loss: { type: 'number', default: 0.02, maximum: 1, description: 'd' } },
      stops: false,
      always: null,
    },
    {
      name: 'nonfinite',
      title: 'T',
      summary: 's',
      options: {},
      stops: true,
      always: 'it ends the run',
    },
  ],
};

export type Raw = Record<string, unknown>;

/** The refusal of a lasso with these attributes; '' when it is accepted. */
export function refusalOf(attributes: Raw): string {
  const checked = checkConfig({ problem: 'lasso', ...attributes }, catalog);
  return isRefusal(checked) ? checked.refusal : '';
}
