// axe-core's rules, all of them, on every state of the panel in every kind of theme.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import axe from 'axe-core';
import type { RunOptions } from '../support/panel/inventedRun.ts';
import { page, panel, run, withPanelPage } from '../support/panel/page.ts';
import { type ThemeName, themes } from '../support/panel/themes.ts';

withPanelPage();

const findings = [{ k: 500, name: 'stall', block: 's1', text: 's1 stalls', evidence: {} }] as const;
const states: Readonly<Record<string, RunOptions | null>> = {
  'no run': null,
  'a paused run': { ...run, findings, breakpointHits: [100] },
  'a run that goes on': { ...run, state: 'running' },
  'a branch': { ...run, forkedAt: 300 },
  converged: { ...run, state: 'converged', text: 'Converged: gap 3.1e-11 ≤ 1e-10.' },
  crashed: { ...run, state: 'crashed', text: 'The solver ended.' },
  'many blocks': { blocks: 200, steps: 4000 },
};

describe('axe-core', () => {
  before(() => page.evaluate(axe.source));

  for (const theme of Object.keys(themes) as ThemeName[]) {
    for (const [name, options] of Object.entries(states)) {
      test(`has no complaint: ${name}, ${theme}`, async () => {
        await panel.setTheme(theme);
        if (options !== null) await panel.show(options);
        else await page.evaluate(() => window.host.close());
        await panel.drawn();
        assert.deepEqual(await complaints(), []);
      });
    }
  }
});

describe('the legends', () => {
  for (const width of [1280, 1100, 900, 760, 640, 420]) {
    test(`at ${width} pixels hold whole words only`, async () => {
      await page.setViewportSize({ width, height: 400 });
      await panel.setTheme('dark');
      for (const options of [run, { ...run, blocks: 12, names: undefined, steps: 600 }]) {
        await panel.show(options as RunOptions);
        assert.deepEqual(await cut(), [], `${options.blocks} blocks`);
      }
    });
  }
});

function complaints(): Promise<string[]> {
  return page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  });
}

/** The parts of the legends that are only partly visible. */
function cut(): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('.detail > span')]
      .filter(part => {
        const own = part.getBoundingClientRect();
        const room = part.parentElement!.getBoundingClientRect();
        const seen = own.width > 0 && own.top < room.bottom - 1;
        return seen && (own.right > room.right + 0.5 || part.scrollWidth > part.clientWidth + 1);
      })
      .map(part => part.innerText),
  );
}
