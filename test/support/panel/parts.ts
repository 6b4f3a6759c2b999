// The panel's page as a person finds it: its parts by role and name, and what it asked its host for.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import type { PanelAction } from '../../../solver/wire/panel.ts';
import { openPanelPage, type PanelPage } from './page.ts';

/** The invented run most tests look at. */
export const names = ['(intercept)', 'age', 'bmi', 'bp', 's1', 's2', 's3', 's5'];
export const run = { blocks: 8, names, steps: 594 };

export let panel: PanelPage;
export let page: Page;

/** Opens the page before the file's tests, and closes it after them: no offence against its policy, no error. */
export function withPanelPage(): void {
  before(async () => {
    panel = await openPanelPage();
    page = panel.page;
  });
  after(async () => {
    const { offences, errors } = panel;
    await panel.close();
    assert.deepEqual(offences, [], 'a violation of the policy, or a request to elsewhere');
    assert.deepEqual(errors, []);
  });
}

export const actions = () => page.evaluate(() => window.host.actions.splice(0));
/** Waits for an action of this kind and takes all there are. */
export const acted = async (kind: PanelAction['kind']) => {
  await page.waitForFunction(wanted => window.host.actions.some(a => a.kind === wanted), kind);
  return (await actions()).filter(action => action.kind === kind);
};

export const button = (name: string) => page.getByRole('button', { name, exact: true });
export const row = (name: string) =>
  page.locator('tbody tr', { has: page.locator(`.name:text-is("${name}")`) });
export const numbers = (of: Locator) => of.locator('td').allInnerTexts();
export const time = () => page.getByRole('slider', { name: 'Time' });
export const chart = (name: string) => page.getByRole('img', { name, exact: true });
