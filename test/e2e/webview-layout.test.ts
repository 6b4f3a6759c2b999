// The layout of the panel's page in a narrow or low view, in the themes, after a reload, and with many blocks.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { metrics } from '../support/panel/invented.ts';
import { page, panel, withPanelPage } from '../support/panel/page.ts';
import { type ThemeName, themes } from '../support/panel/themes.ts';

const run = { blocks: 8, steps: 594 };

withPanelPage();

const box = async (selector: string) => {
  const found = await page.locator(selector).first().boundingBox();
  assert.ok(found, `${selector} is not on the screen`);
  return found;
};
const shown = (name: string) => page.getByRole('img', { name, exact: true }).isVisible();
const byBlock = ['Gradient norm by block', 'Step size by block', 'Sharpness by block'];

describe('at every size', () => {
  for (const [width, height] of [
    [1280, 400],
    [640, 700],
    [1280, 240],
    [320, 900],
    [260, 200],
    [1920, 1000],
  ] as const) {
    for (const blocks of [8, 200]) {
      test(`${width} × ${height} with ${blocks} blocks has no horizontal scroll bar, and every button is visible`, async () => {
        await page.setViewportSize({ width, height });
        await panel.show({ ...run, blocks, steps: blocks * 40 });
        const inside = await page.evaluate(
          () => document.documentElement.scrollWidth <= innerWidth && scrollX === 0,
        );
        assert.ok(inside);
        for (const name of ['Continue', 'Pause', 'Step block', 'Step sweep', 'Step back']) {
          const button = await page.getByRole('button', { name, exact: true }).boundingBox();
          assert.ok(button && button.x >= 0 && button.x + button.width <= width, name);
        }
      });
    }
  }

  test('below 700 pixels the charts are one column with the table under them, above that they are beside it', async () => {
    await page.setViewportSize({ width: 699, height: 700 });
    await panel.show(run);
    const [first, second] = [await box('.chart-objective'), await box('.chart-gradNorm')];
    assert.equal(first.x, second.x);
    assert.ok(
      (await box('.table')).y >= (await box('.charts')).y + (await box('.charts')).height - 1,
    );
    await page.setViewportSize({ width: 700, height: 700 });
    await panel.drawn();
    assert.ok((await box('.table')).x > (await box('.chart-gradNorm')).x);
  });

  test('below 260 pixels only the objective and the table stay, and the others come back', async () => {
    await page.setViewportSize({ width: 1280, height: 259 });
    await panel.show(run);
    assert.ok(await shown('Objective'));
    for (const name of byBlock) assert.ok(!(await shown(name)), name);
    assert.ok(await page.getByRole('table', { name: 'Blocks' }).isVisible());
    await page.setViewportSize({ width: 1280, height: 400 });
    await panel.drawn();
    for (const name of byBlock) assert.ok(await shown(name), name);
  });
});

describe('a small window', () => {
  for (const width of [700, 760, 900, 1000, 1280]) {
    test(`at ${width} pixels no column title overlaps the next, and every chart has its button`, async () => {
      await page.setViewportSize({ width, height: 400 });
      await panel.show(run);
      const cut = await page.locator('thead button').evaluateAll(heads =>
        heads.flatMap(head => {
          const range = document.createRange();
          range.selectNodeContents(head);
          const text = range.getBoundingClientRect();
          const cell = head.getBoundingClientRect();
          return text.left < cell.left - 0.5 || text.right > cell.right + 0.5
            ? [head.textContent]
            : [];
        }),
      );
      assert.deepEqual(cut, []);
      const outside = await page.locator('.chart').evaluateAll(
        charts =>
          charts.filter(chart => {
            const { right } = chart.querySelector('.scale')!.getBoundingClientRect();
            return right > chart.getBoundingClientRect().right;
          }).length,
      );
      assert.equal(outside, 0);
    });
  }

  for (const width of [800, 1000, 1280]) {
    test(`at ${width} pixels seven columns have their titles within their cells, with no line cut`, async () => {
      await page.setViewportSize({ width, height: 400 });
      const one = metrics.find(({ name }) => name === 'stepSize')!;
      const more = ['In the set since', 'Score on entry'].map((title, i) => ({
        ...one,
        name: `more${i}`,
        title,
        draw: { ...one.draw, kind: 'none' as const },
      }));
      await panel.show({ ...run, more });
      const heads = page.locator('thead button');
      assert.equal(await heads.count(), 7);
      const cut = await heads.evaluateAll(all =>
        all.flatMap(head => {
          const range = document.createRange();
          range.selectNodeContents(head);
          const text = range.getBoundingClientRect();
          const cell = head.getBoundingClientRect();
          const beside = text.left < cell.left - 0.5 || text.right > cell.right + 0.5;
          const above = text.top < cell.top - 0.5 || text.bottom > cell.bottom + 0.5;
          return beside || above ? [head.textContent] : [];
        }),
      );
      assert.deepEqual(cut, []);
    });
  }

  for (const [opener, selector] of [
    ['list of charts', '[aria-label="Charts and columns"]'],
    ['menu of a row', 'tbody tr:nth-child(2) .more'],
  ] as const) {
    test(`an open ${opener} stays inside a window that shrinks, and returns to its place when the window grows again`, async () => {
      await page.setViewportSize({ width: 1280, height: 700 });
      await panel.show(run);
      await page.locator('tbody tr:nth-child(2)').hover();
      await page.locator(selector).first().click();
      const menu = page.locator('.menu:visible');
      await menu.waitFor();
      const wide = await menu.boundingBox();
      for (const [width, height] of [
        [640, 500],
        [320, 400],
      ] as const) {
        await page.setViewportSize({ width, height });
        await panel.drawn();
        const stands = await menu.boundingBox();
        assert.ok(stands && stands.x >= 0 && stands.x + stands.width <= width, `${width} wide`);
        assert.ok(stands.y >= 0 && stands.y + stands.height <= height, `${height} high`);
      }
      await page.setViewportSize({ width: 1280, height: 700 });
      await panel.drawn();
      assert.deepEqual(await menu.boundingBox(), wide);
      await page.keyboard.press('Escape');
    });
  }
});

describe('themes', () => {
  for (const name of Object.keys(themes) as ThemeName[]) {
    test(`${name}: the charts are redrawn in the theme's colours`, async () => {
      await panel.show(run);
      await panel.setTheme(name);
      const ink = themes[name].variables['foreground'];
      const dark = Number.parseInt(ink.slice(1, 3), 16) < 128;
      const [darkest, lightest] = await page
        .getByRole('img', { name: 'Objective' })
        .evaluate(element => {
          const { width, height } = element as HTMLCanvasElement;
          const pen = (element as HTMLCanvasElement).getContext('2d')!;
          const { data } = pen.getImageData(0, 0, width, height);
          let low = 255;
          let high = 0;
          for (let i = 0; i < data.length; i += 4) {
            if (data[i + 3]! < 250) continue;
            low = Math.min(low, data[i + 1]!);
            high = Math.max(high, data[i + 1]!);
          }
          return [low, high];
        });
      if (dark) assert.ok(darkest! < 100, `darkest ${darkest}`);
      else assert.ok(lightest! > 180, `lightest ${lightest}`);
    });
  }
});

describe('a page that is reloaded', () => {
  test('keeps zoom, sort order, hidden blocks, axis and scales, and shows what the run did meanwhile', async () => {
    await panel.setTheme('dark');
    await panel.show({ ...run, steps: 8000 });
    await page.getByRole('img', { name: 'Objective' }).focus();
    await page.keyboard.press('+');
    await page.getByRole('button', { name: 'Sharpness', exact: true }).click();
    await page.getByRole('button', { name: 'Hide the line of b3' }).click();
    await page.locator('.chart-objective .scale').click();
    await page.locator('vscode-dropdown[aria-label="Horizontal axis"]').click();
    await page.getByRole('option', { name: 'step', exact: true }).click();
    await panel.drawn();
    const state = () => page.evaluate(() => JSON.stringify(window.host.saved));
    const saved = await state();
    await page.reload();
    await panel.setTheme('dark');
    // The same run: the first that the new host shows has the same id.
    await page.evaluate(id => window.host.nameNext(id), JSON.parse(saved).zoom.run);
    await panel.show({ ...run, steps: 8400 });
    assert.equal(await state(), saved);
    assert.ok(await page.getByRole('button', { name: 'Reset zoom' }).isVisible());
    assert.equal(await page.locator('.chart-objective .scale').innerText(), 'linear');
    assert.equal(await page.locator('.unit').first().innerText(), 'step');
    const first = await page.locator('tbody .name').first().innerText();
    assert.equal(first, 'b8');
    assert.match(await page.getByRole('status').innerText(), /step 8.400/);
  });
});

describe('many blocks', () => {
  test('above eight blocks only the three worst have a colour of their own', async () => {
    await panel.show({ blocks: 16, steps: 3000 });
    const colors = await page
      .locator('tbody .swatch')
      .evaluateAll(list =>
        list.map(one => (one as HTMLElement).style.getPropertyValue('--swatch')),
      );
    const plain = colors.filter(color => color === themes.dark.variables.descriptionForeground);
    assert.equal(colors.length - plain.length, 3);
  });

  test('above 24 blocks a heatmap has one row per block, and the pointer on a row highlights that block', async () => {
    await panel.show({ blocks: 200, steps: 8000 });
    assert.ok(await page.locator('.chart-gradNorm .heat-key').isVisible());
    const canvas = page.getByRole('img', { name: 'Gradient norm by block' });
    const place = (await canvas.boundingBox())!;
    await page.mouse.move(place.x + place.width / 2, place.y + 30);
    await panel.drawn();
    const lifted = await page.evaluate(() => {
      const last = window.host.actions.findLast(action => action.kind === 'lift');
      return last?.kind === 'lift' ? last.block : null;
    });
    assert.match(lifted ?? '', /^b\d{3}$/);
    assert.equal(await page.locator('tr.in-focus .name').innerText(), lifted);
  });
});
