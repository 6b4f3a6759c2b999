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

/** A picture of the real thing in each kind of theme. */
const picture = (name: string, altText: string) => ({
  image: {
    dark: `media/walkthrough/${name}-dark.png`,
    light: `media/walkthrough/${name}-light.png`,
    hc: `media/walkthrough/${name}-hc.png`,
    hcLight: `media/walkthrough/${name}-light.png`,
  },
  altText,
});

/** From the installation to the first swapped ordering. */
export const walkthroughs = [
  {
    id: 'firstRun',
    title: 'First Steps with Blockstep',
    description: 'From one block update to the first swapped ordering.',
    steps: [
      {
        id: 'debug',
        title: 'Debug a problem',
        description:
          'Pick a problem, data and a method. Everything bundled runs as it is, and no launch.json is needed.\n[Debug a Problem](command:blockstep.debugProblem)\nTake **lasso**, its own example data, and **P-CCD** for a first look.',
        media: picture('debug', 'The list of problems, with a sentence about each.'),
        completionEvents: ['onContext:blockstep.active'],
      },
      {
        id: 'step',
        title: 'Step one block update',
        description:
          'The run stops before its first update. The listing shows the method; **Step Over** makes one block update, **Step Into** one phase of it, **Step Out** goes to the end of the sweep, and **Step Back** undoes an update exactly.\n[Step Block](command:blockstep.stepBlock)\nEach block’s line carries its last gradient norms as bars.',
        media: picture(
          'step',
          'A listing with the yellow line on the next phase and bars on each block’s line.',
        ),
        completionEvents: ['onCommand:blockstep.stepBlock', 'onCommand:blockstep.stepSweep'],
      },
      {
        id: 'panel',
        title: 'See which block stalls',
        description:
          'The convergence panel shows objective, gradient norms, step sizes and sharpness over time. Drag the time line to go back to any step.\n[Open Convergence Panel](command:blockstep.openPanel)\n[Step Sweep](command:blockstep.stepSweep)',
        media: picture('panel', 'The convergence panel: charts beside the table of blocks.'),
        completionEvents: ['onCommand:blockstep.openPanel', 'onView:blockstep.convergence'],
      },
      {
        id: 'swap',
        title: 'Swap the ordering',
        description:
          'Would another ordering have done better? Swap it now or when the sweep ends. If you go back first, the steps that followed are kept as a branch beside the new ones.\n[Swap Ordering](command:blockstep.swapOrdering)',
        media: picture('swap', 'The list of orderings that this run accepts.'),
        completionEvents: ['onCommand:blockstep.swapOrdering'],
      },
    ],
  },
];
