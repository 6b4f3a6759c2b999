import type { Catalog } from '../../solver/config/catalog.ts';
import { debugType, folderVariable, listingLanguage } from '../manifest.ts';

/** `contributes.debuggers`. `schema` describes the attributes of a launch configuration. */
export function debuggers(catalog: Catalog, schema: object): object[] {
  return [
    {
      type: debugType,
      label: 'Blockstep',
      // Not TypeScript: F5 on any .ts file would ask which debugger is meant.
      languages: [listingLanguage],
      configurationAttributes: { launch: schema, attach: attachSchema },
      initialConfigurations: [launch('Lasso', { problem: 'lasso', method: 'pccd' })],
      configurationSnippets: [
        ...catalog.problems.map(({ name, title, summary }) => ({
          label: `Blockstep: ${title}`,
          description: summary,
          body: launch(title, { problem: name, method: 'pccd', ordering: 'cyclic' }),
        })),
        {
          label: 'Blockstep: Your Own Data',
          description: 'A lasso on a csv file of the workspace.',
          body: launch(`Lasso on ${place('1:data.csv')}`, {
            problem: 'lasso',
            data: inFolder('1:data.csv'),
            target: place('2:target'),
            problemOptions: { lambda: '0.1*max', standardize: true },
            method: 'pccd',
            ordering: 'cyclic',
          }),
        },
        {
          label: 'Blockstep: Problem Module',
          description: 'A problem of your own, written in TypeScript.',
          body: launch(place('1:My problem'), {
            problem: inFolder('2:problem.ts'),
            method: 'pccd',
            ordering: 'cyclic',
          }),
        },
      ],
      strings: {
        unverifiedBreakpoints:
          'This line is neither a phase of the method nor a block, so no run stops here; set the breakpoint on a line that is.',
      },
    },
  ];
}

/** Attaching is to a recorded trace. */
const attachSchema = {
  required: ['trace'],
  properties: {
    trace: {
      type: 'string',
      markdownDescription:
        'The recorded trace to open: an Arrow file that a run wrote because of its attribute `trace`, or that was exported.',
    },
  },
};

function launch(name: string, attributes: object): object {
  return { type: debugType, request: 'launch', name, ...attributes, stopOnEntry: true };
}

/** A snippet's string whose `${workspaceFolder}` stays as it is, before a placeholder such as `1:data.csv`. */
function inFolder(placeholder: string): string {
  return `^"\\${folderVariable}/${place(placeholder)}"`;
}

/** A place to fill in: `1:data.csv` is number 1, with a text to begin from. */
function place(placeholder: string): string {
  return `\${${placeholder}}`;
}
