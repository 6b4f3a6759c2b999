import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after } from 'node:test';
import { createSolver } from '../../extension/child.ts';
import type { Source } from '../../extension/run/source.ts';
import { root } from '../../scripts/lib/root.mjs';
import type { EventName, Events } from '../../solver/wire/protocol.ts';
import { temporaryFolder } from './machine.ts';

/** Longest wait for an event: enough for a busy machine of two cores. */
const PATIENCE_MS = 20_000;

const folder = temporaryFolder();
const open = new Set<Source>();
after(() => {
  for (const solver of open) solver.dispose();
});

/** The built solver as a process of its own, ended with the test file. */
export function child(): Source {
  const solver = createSolver(join(root, 'dist/solver.js'));
  open.add(solver);
  return solver;
}

/** The next event of this kind, and when it came. */
export function next<E extends EventName>(
  solver: Source,
  event: E,
  holds: (body: Events[E]) => boolean = () => true,
): Promise<Events[E] & { readonly at: number }> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no event ${event}`)), PATIENCE_MS);
    const listening = solver.on(event, body => {
      if (!holds(body)) return;
      clearTimeout(timer);
      listening.dispose();
      resolve({ ...body, at: performance.now() });
    });
  });
}

/**
 * The path of a module of ½‖x − 1‖² that does `atStart` as it loads, and `later` in the gradient of `slope` at every point
 * whose offset has come near its 1: not while it is checked, and from the second sweep on; `before` in every gradient.
 */
export function moduleOf(name: string, { atStart = '', later = '', before = '' }): string {
  const path = join(folder, `${name}.ts`);
  const lines = [
    `import { defineProblem } from 'blockstep'; ${atStart}`,
    `export default defineProblem({`,
    `  name: '${name}',`,
    `  blocks: {`,
    `    slope: 2,`,
    `    offset: 1,`,
    `  },`,
    `  value: x => 0.5 * ((x.slope[0]! - 1) ** 2 + (x.slope[1]! - 1) ** 2 + (x.offset[0]! - 1) ** 2),`,
    `  gradient: (x, block) => {`,
    `    if (block === 'slope' && x.offset[0]! > 0.9 && x.offset[0]! < 1) { ${later} } ${before}`,
    `    return Array.from(x[block]!, v => v - 1);`,
    `  },`,
    `  lipschitz: () => 2,`,
    `});`,
  ];
  writeFileSync(path, lines.join('\n'));
  return path;
}

/** A configuration of a module that goes on for ever, from its entry on. */
export const endlessly = (problem: string) => ({
  problem,
  stopOnEntry: true,
  stopWhen: { steps: 1e12 },
});
