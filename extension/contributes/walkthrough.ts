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
