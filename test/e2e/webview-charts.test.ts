// The panel's page alone in a browser, with the real feed: what its charts show and how they are used.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatNumber } from '../../solver/core/words.ts';
import {
  acted,
  actions,
  button,
  chart,
  numbers,
  page,
  panel,
  row,
  run,
  withPanelPage,
} from '../support/panel/page.ts';

withPanelPage();

describe('charts', () => {
  test('the table shows the step under the pointer, and the current step when the pointer leaves', async () => {
    await panel.show(run);
    const present = await numbers(row('age'));
    const box = (await chart('Objective').boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await panel.drawn();
    const asked = await page.evaluate(() => {
      const last = window.host.received.findLast(message => message.kind === 'valuesAt');
      return last?.kind === 'valuesAt' ? last.k : -1;
    });
    assert.ok(asked > 100 && asked < 500, `step ${asked}`);
    const values = await page.evaluate(k => window.host.run!.history.valuesAt(k).values, asked);
    assert.equal((await numbers(row('age')))[0], formatNumber(values['gradNorm']![1]!));
    const lines = await page.locator('.line-pointer:visible').count();
    assert.equal(lines, 4, 'one line through all charts');
    await page.mouse.move(900, 395);
    await panel.drawn();
    assert.deepEqual(await numbers(row('age')), present);
  });

  test('at the entry the value at x₀ of each block is in the table, a dot in its chart and one full bar', async () => {
    const entry = [400, 30, 2, 1, 5, 60, 7, 100];
    /** Coloured pixels of a canvas, as columns and rows they span. */
    const ink = (selector: string) =>
      page
        .locator(selector)
        .first()
        .evaluate(element => {
          const { width, height } = element as HTMLCanvasElement;
          const pen = (element as HTMLCanvasElement).getContext('2d')!;
          const { data } = pen.getImageData(0, 0, width, height);
          const rows = new Set<number>();
          let count = 0;
          for (let i = 0; i < data.length; i += 4) {
            const [r, g, b, a] = [data[i]!, data[i + 1]!, data[i + 2]!, data[i + 3]!];
            if (a < 200 || Math.max(r, g, b) - Math.min(r, g, b) < 60) continue;
            count++;
            rows.add(Math.floor(i / 4 / width));
          }
          return { count, rows: rows.size, height };
        });
    const dots = '.chart-gradNorm .plot canvas';
    await panel.show({ ...run, steps: 0 });
    const words = await ink(dots);
    await panel.show({ ...run, steps: 0, entry });
    for (const [block, name] of run.names.entries())
      assert.equal((await numbers(row(name)))[0], formatNumber(entry[block]!));
    const { count, rows } = await ink(dots);
    assert.ok(count > words.count + 8 * 15, `${count} coloured pixels, ${words.count} without`);
    assert.ok(rows > words.rows + 15, `in ${rows} rows, ${words.rows} without`);
    const bar = await ink('tbody tr:nth-child(2) .spark');
    assert.ok(bar.rows >= bar.height - 1, `a bar of ${bar.rows} rows`);
  });

  test('the current step is marked at the same place in every chart', async () => {
    await panel.show({ ...run, k: 300 });
    const places = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('.line-now')].map(
        line => line.getBoundingClientRect().x - line.parentElement!.getBoundingClientRect().x,
      ),
    );
    assert.equal(places.length, 4);
    assert.ok(Math.max(...places) - Math.min(...places) <= 1, places.join());
  });

  test('a drag zooms all charts to a part of the run, and Reset zoom shows all of it', async () => {
    await panel.show({ ...run, steps: 8000 });
    const box = (await chart('Gradient norm by block').boundingBox())!;
    await page.mouse.move(box.x + 100, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + 200, box.y + 60, { steps: 5 });
    await page.mouse.up();
    await button('Reset zoom').waitFor();
    await panel.drawn();
    const look = await page.evaluate(() => {
      const last = window.host.received.findLast(message => message.kind === 'look');
      return last?.kind === 'look' ? last.look : null;
    });
    assert.ok(look!.fromK > 500 && look!.toK! < 6000, JSON.stringify(look));
    assert.equal((await actions()).filter(({ kind }) => kind === 'goTo').length, 0);
    await button('Reset zoom').click();
    await panel.drawn();
    assert.ok(await button('Reset zoom').isHidden());
  });

  test('a click goes to the step under it', async () => {
    await panel.show(run);
    await actions();
    const box = (await chart('Step size by block').boundingBox())!;
    await page.mouse.click(box.x + box.width / 2, box.y + 60);
    const [action] = await acted('goTo');
    assert.ok(action?.kind === 'goTo' && action.k > 100 && action.k < 500);
  });

  test('keys: arrows show another step, + and 0 zoom, Enter goes there', async () => {
    await panel.show(run);
    await actions();
    await chart('Objective').focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await panel.drawn();
    assert.ok(await page.locator('.line-pointer').first().isVisible());
    await page.keyboard.press('+');
    await button('Reset zoom').waitFor();
    await page.keyboard.press('0');
    await button('Reset zoom').waitFor({ state: 'hidden' });
    await page.keyboard.press('Enter');
    const [action] = await acted('goTo');
    assert.ok(action?.kind === 'goTo' && action.k < 594);
  });

  test('the chart says whether its scale is log or linear, and a click changes it', async () => {
    await panel.show(run);
    const scale = page.locator('.chart-objective .scale');
    assert.equal(await scale.innerText(), 'log');
    await scale.click();
    await panel.drawn();
    assert.equal(await scale.innerText(), 'linear');
    assert.match(await page.locator('.chart-objective .detail').innerText(), /^F 100/);
    await scale.click();
  });

  test('the meaning of a number is shown on hover and on focus', async () => {
    await panel.show(run);
    await page.getByRole('button', { name: 'Sharpness', exact: true }).focus();
    const text = await page.getByRole('tooltip').innerText();
    assert.match(text, /λ_max/);
    await page.keyboard.press('Escape');
    assert.ok(await page.getByRole('tooltip').isHidden());
  });

  test('a metric that is not measured has no chart, and the list of charts says how to get one', async () => {
    await panel.show({ ...run, metrics: ['objective', 'gradNorm', 'stepSize'] });
    assert.equal(await chart('Sharpness by block').count(), 0);
    await button('Charts and columns').click();
    const text = await page.locator('.picker .notes').innerText();
    assert.match(text, /Sharpness: not measured; add "sharpness" to the diagnostics\./);
    await page.keyboard.press('Escape');
  });

  test('a metric whose curves are all constant is a line of text with the name of the chart, until one changes', async () => {
    await panel.show({ ...run, constantSteps: true });
    const line = chart('Step size by block');
    assert.equal(await line.locator('canvas').count(), 0);
    assert.equal(
      await line.innerText(),
      'Step size by block\ns5 0.150 … (intercept) 1.00, constant',
    );
    assert.equal(await page.locator('.chart:visible').count(), 3);
    await panel.show(run);
    assert.equal(await page.locator('.chart:visible').count(), 4);
  });

  test('the chosen charts and columns are kept in the next page', async () => {
    await panel.show(run);
    await button('Charts and columns').click();
    const picker = page.getByRole('dialog', { name: 'Charts and columns' });
    await picker.getByRole('group', { name: 'Charts' }).getByLabel('Sharpness').uncheck();
    await picker.getByRole('group', { name: 'Columns' }).getByLabel('Step size').uncheck();
    await page.keyboard.press('Escape');
    assert.ok(await picker.isHidden());
    const seen = async () => ({
      charts: await page.locator('.chart:visible').count(),
      heads: await page.getByRole('columnheader').allInnerTexts(),
    });
    const chosen = {
      charts: 3,
      heads: ['Block', 'Gradient norm', 'Sharpness', 'Step × sharpness'],
    };
    await panel.drawn();
    assert.deepEqual(await seen(), chosen);
    await page.reload();
    await panel.show(run);
    assert.deepEqual(await seen(), chosen);
    await page.evaluate(() => sessionStorage.clear());
    await page.reload();
    await panel.show(run);
    assert.equal((await seen()).charts, 4);
  });
});
