// The panel's page alone in a browser, with the real feed and an invented run beside it.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { formatNumber } from '../../solver/core/words.ts';
import { rows } from '../support/panel/invented.ts';
import {
  acted,
  actions,
  button,
  chart,
  names,
  numbers,
  page,
  panel,
  row,
  run,
  time,
  withPanelPage,
} from '../support/panel/page.ts';

withPanelPage();

describe('names and roles', () => {
  before(() => panel.show(run));

  test('charts are images with their names', async () => {
    for (const name of [
      'Objective',
      'Gradient norm by block',
      'Step size by block',
      'Sharpness by block',
    ]) {
      assert.ok(await chart(name).isVisible(), name);
    }
  });

  test('the table is named Blocks, has one row per block and its columns', async () => {
    const table = page.getByRole('table', { name: 'Blocks' });
    assert.equal(await table.locator('tbody').getByRole('row').count(), 8);
    for (const name of ['Block', 'Gradient norm', 'Step size', 'Sharpness']) {
      assert.equal(await table.getByRole('columnheader', { name, exact: true }).count(), 1, name);
    }
  });

  test('the numbers are those of the run, in three significant digits', async () => {
    const all = rows(run, 0, run.steps);
    for (const [block, name] of names.entries()) {
      const at = all.block.lastIndexOf(block);
      const expected = ['gradNorm', 'stepSize', 'sharpness'].map(metric =>
        formatNumber(all.columns[metric]![at]!),
      );
      assert.deepEqual((await numbers(row(name))).slice(0, 3), expected);
    }
  });

  test('the status says sweep, step, block, ordering and state', async () => {
    const text = await page.getByRole('status').innerText();
    assert.match(text, /paused · sweep 75 · step 594 · next bmi · cyclic/);
  });

  test('every button of the toolbar does what it is called', async () => {
    for (const [name, kind] of [
      ['Continue', 'continue'],
      ['Step block', 'stepBlock'],
      ['Step sweep', 'stepSweep'],
      ['Step back', 'stepBack'],
      ['Swap ordering', 'swapOrdering'],
    ] as const) {
      await actions();
      await button(name).click();
      assert.equal((await acted(kind)).length, 1);
    }
    assert.ok(await button('Pause').isDisabled());
  });

  test('while the run is running only Pause and Swap ordering are enabled, and nothing is announced', async () => {
    await panel.show({ ...run, state: 'running' });
    for (const name of ['Continue', 'Step block', 'Step sweep', 'Step back']) {
      assert.ok(await button(name).isDisabled(), name);
    }
    assert.equal(await page.getByRole('status').getAttribute('aria-live'), 'off');
    await button('Pause').click();
    assert.equal((await acted('pause')).length, 1);
  });

  test('the dropdown swaps the ordering mid-run', async () => {
    await panel.show(run);
    await page.locator('vscode-dropdown[aria-label="Ordering"]').click();
    await page.getByRole('option', { name: 'shuffled' }).click();
    const [action] = await acted('setOrdering');
    assert.deepEqual(action, { kind: 'setOrdering', ordering: 'shuffled', when: 'sweep' });
  });

  test('a refusal is shown with its sentence until the run moves', async () => {
    await page.evaluate(() => {
      window.host.refusal = 'greedy needs a gradient of every block, which vrccd does not have.';
    });
    await button('Step back').click();
    await page.getByRole('alert').getByText('greedy needs a gradient').waitFor();
    await page.evaluate(() => {
      window.host.refusal = null;
    });
    await button('Step block').click();
    await page.getByRole('alert').waitFor({ state: 'hidden' });
  });
});

describe('the time line', () => {
  const goes = async (key: string) => {
    await actions();
    await page.keyboard.press(key);
    const [action] = await acted('goTo');
    await panel.drawn();
    return action?.kind === 'goTo' ? action.k : undefined;
  };

  test('arrows go a step, with Shift a sweep, Home and End to the ends, Page Up and Down to marks', async () => {
    await panel.show({ ...run, breakpointHits: [100, 300] });
    await time().focus();
    assert.equal(await goes('ArrowLeft'), 593);
    assert.equal(await goes('ArrowRight'), 594);
    assert.equal(await goes('Shift+ArrowLeft'), 592);
    assert.equal(await goes('Shift+ArrowLeft'), 584);
    assert.equal(await goes('PageUp'), 300);
    assert.equal(await goes('PageUp'), 100);
    assert.equal(await goes('Shift+ArrowRight'), 104);
    assert.equal(await goes('PageDown'), 300);
    assert.equal(await goes('Home'), 0);
    assert.equal(await time().getAttribute('aria-valuenow'), '0');
    assert.equal(await goes('End'), 594);
  });

  test('the handle is dragged to a step, and the table shows that step meanwhile', async () => {
    await panel.show(run);
    const box = (await time().boundingBox())!;
    const y = box.y + box.height / 2;
    await page.mouse.move(box.x + box.width - 16, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, y, { steps: 4 });
    const middle = await page.evaluate(() => window.host.run!.history.valuesAt(297).values);
    await page.waitForFunction(() => window.host.run!.at === 297);
    await panel.drawn();
    assert.equal((await numbers(row('bmi')))[0], formatNumber(middle['gradNorm']![2]!));
    await page.mouse.up();
    await page.mouse.move(5, 5);
    assert.match(await page.getByRole('status').innerText(), /step 297\/594/);
  });

  test('a click on a mark goes to it', async () => {
    await panel.show({
      ...run,
      edits: [{ kind: 'ordering', ordering: 'shuffled', k: 320, when: 'sweep' }],
      findings: [{ k: 500, name: 'stall', block: 's1', text: 's1 stalls', evidence: {} }],
    });
    await actions();
    await page.getByRole('button', { name: 'Step 320: cyclic → shuffled' }).click();
    assert.deepEqual(await acted('goTo'), [{ kind: 'goTo', k: 320 }]);
    await panel.drawn();
    await page.getByRole('button', { name: 'Step 500: s1 stalls' }).click();
    assert.deepEqual(await acted('goTo'), [{ kind: 'goTo', k: 500 }]);
  });
});

describe('the banner', () => {
  const findings = [
    { k: 20, name: 'stepTooLong', block: 'bmi', text: 'The step of bmi is too long', evidence: {} },
    { k: 500, name: 'stall', block: 's1', text: 's1 stalls', evidence: {} },
  ] as const;

  test('names each finding since the last stop with its step, stays on screen, and a click goes to that step', async () => {
    await panel.show({ ...run, findings });
    const found = page.getByRole('list', { name: 'Findings' });
    assert.deepEqual(await found.getByRole('button').allInnerTexts(), [
      'step 20\nThe step of bmi is too long',
      'step 500\ns1 stalls',
    ]);
    await actions();
    await found.getByRole('button', { name: 'step 20' }).click();
    assert.deepEqual(await acted('goTo'), [{ kind: 'goTo', k: 20 }]);
    await panel.drawn();
    assert.equal(await found.getByRole('button').count(), 2);
  });

  test('says what Continue will do after a stopping criterion was met', async () => {
    await panel.show({
      ...run,
      state: 'converged',
      text: 'Converged: gap 1e-11 is at most 1e-10.',
    });
    const text = await page.getByRole('alert').innerText();
    assert.equal(
      text,
      'Converged: gap 1e-11 is at most 1e-10. Continue goes on past this criterion.',
    );
    assert.match(
      (await page.locator('vscode-button[aria-label="Continue"]').getAttribute('title')) ?? '',
      /past this criterion/,
    );
  });
});

describe('states', () => {
  test('no run: a sentence, a button and the launch configurations', async () => {
    await page.evaluate(() => {
      window.host.run = null;
      window.host.recent = [{ name: 'Lasso on diabetes', folder: null }];
      window.host.changed();
    });
    await panel.drawn();
    await actions();
    await button('Debug a problem').click();
    assert.equal((await acted('debugProblem')).length, 1);
    await button('Lasso on diabetes').click();
    assert.equal((await acted('launch')).length, 1);
    assert.ok(await page.getByRole('table', { name: 'Blocks' }).isHidden());
  });

  test('starting: the current phase and its progress', async () => {
    await page.evaluate(() => window.host.starting('Reading digits.csv', 0.48));
    await panel.drawn();
    await page.getByText('Reading digits.csv').waitFor();
    assert.equal(
      await page.getByRole('progressbar').evaluate(e => (e as HTMLProgressElement).value),
      0.48,
    );
  });

  test('crashed: the reason, and a restart from the last step', async () => {
    await panel.show({ ...run, state: 'crashed', text: 'The solver ended at step 594.' });
    await page.getByRole('alert').getByText('The solver ended at step 594.').waitFor();
    await actions();
    await button('Restart from the last step').click();
    assert.equal((await acted('restartFromKeyframe')).length, 1);
  });

  for (const [state, word] of [
    ['converged', 'converged'],
    ['nonfinite', 'not finite'],
    ['budget', 'budget used'],
    ['trace', 'recorded trace'],
  ] as const) {
    test(`${state}: its word and its sentence`, async () => {
      await panel.show({ ...run, state, text: 'Relative gap 8.1e-11 ≤ 1e-10.' });
      assert.match(await page.getByRole('status').innerText(), new RegExp(`^${word} `));
      await page.getByRole('alert').getByText('Relative gap').waitFor();
    });
  }
});
