import type { Catalog } from '../../solver/config/catalog.ts';
import { debugType, listingLanguage } from '../manifest.ts';

/** `contributes.debuggers`. `schema` describes the attributes of a launch configuration. */
export function debuggers(catalog: Catalog, schema: object): object[] {
  return [
    {
      type: debugType,
      label: 'Blockstep',
      // Not TypeScript: F5 on any .ts file would ask which debugger is meant.
      languages: [listingLanguage],
      configurationAttributes: { launch: schema },
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
          body: launch('Lasso on ${1:data.csv}', {
            problem: 'lasso',
            data: literal('${workspaceFolder}/${1:data.csv}'),
            target: '${2:last column}',
            problemOptions: { lambda: '0.1*max', standardize: true },
            method: 'pccd',
            ordering: 'cyclic',
          }),
        },
        {
          label: 'Blockstep: Problem Module',
          description: 'A problem of your own, written in TypeScript.',
          body: launch('${1:My problem}', {
            problem: literal('${workspaceFolder}/${2:problem.ts}'),
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

function launch(name: string, attributes: object): object {
  return { type: debugType, request: 'launch', name, ...attributes, stopOnEntry: true };
}

/** In a snippet `^"…"` is inserted as a string whose `${workspaceFolder}` stays as it is. */
function literal(text: string): string {
  return `^"${text.replace('${workspaceFolder}', '\\${workspaceFolder}')}"`;
}
