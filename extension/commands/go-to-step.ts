import * as vscode from 'vscode';
import { goToStepPrompt, notAStep } from '../messages.ts';
import type { RunClient } from '../run/client.ts';
import { goTo } from '../window/act.ts';
import { parseStep } from './parse.ts';

/** Asks for a step and goes there; forward beyond what was computed as well. */
export async function goToStep(run: RunClient): Promise<void> {
  const { k, end } = run.position ?? { k: 0, end: 0 };
  const text = await vscode.window.showInputBox({
    title: 'Go to Step',
    prompt: goToStepPrompt(k, end),
    value: String(k),
    validateInput: value => (parseStep(value, k) === null ? notAStep(value) : undefined),
  });
  const step = text === undefined ? null : parseStep(text, k);
  if (step !== null) await goTo(run, 'command', step);
}
