import * as vscode from 'vscode';

/** A row of a list, with the value it stands for. */
export interface Choice<T> extends vscode.QuickPickItem {
  readonly value: T;
}
export type Row<T> =
  | Choice<T>
  | { readonly label: string; readonly kind: vscode.QuickPickItemKind.Separator };

/** What a person did in a step: chose, went back, or closed it. */
export type Answer<T> =
  | { readonly kind: 'chosen'; readonly value: T; readonly button: vscode.QuickInputButton | null }
  | { readonly kind: 'back' }
  | { readonly kind: 'closed' };

export interface PickOptions<T> {
  readonly title: string;
  readonly placeholder: string;
  /** May come later: the list shows a busy bar meanwhile. */
  readonly rows: readonly Row<T>[] | Promise<readonly Row<T>[]>;
  /** Which row is active at the start. */
  readonly active?: (value: T) => boolean;
  /** Place among the steps, from 1, with their number. */
  readonly step?: readonly [number, number];
  /** Buttons of the title; pressing one chooses the active row. */
  readonly buttons?: readonly vscode.QuickInputButton[];
}

/** Shows a list and settles with what was chosen. From the second step on it has a back button. */
export async function pick<T>(options: PickOptions<T>): Promise<Answer<T>> {
  const input = vscode.window.createQuickPick<vscode.QuickPickItem>();
  input.title = options.title;
  input.placeholder = options.placeholder;
  input.matchOnDescription = true;
  input.matchOnDetail = true;
  input.ignoreFocusOut = options.step !== undefined;
  if (options.step !== undefined) [input.step, input.totalSteps] = options.step;
  const back = (options.step?.[0] ?? 1) > 1 ? [vscode.QuickInputButtons.Back] : [];
  input.buttons = [...back, ...(options.buttons ?? [])];
  let rows: readonly Row<T>[] = [];
  const chosen = () =>
    rows.find(row => row === input.activeItems[0] && 'value' in row) as Choice<T> | undefined;
  const answered = new Promise<Answer<T>>(settle => {
    const choose = (button: vscode.QuickInputButton | null) => {
      const row = chosen();
      if (row !== undefined) settle({ kind: 'chosen', value: row.value, button });
    };
    input.onDidAccept(() => choose(null));
    input.onDidTriggerButton(button => {
      if (button === vscode.QuickInputButtons.Back) settle({ kind: 'back' });
      else choose(button);
    });
    input.onDidHide(() => settle({ kind: 'closed' }));
  });
  try {
    input.busy = true;
    input.show();
    rows = await options.rows;
    input.busy = false;
    input.items = rows;
    const active = rows.find(row => 'value' in row && options.active?.(row.value));
    if (active !== undefined) input.activeItems = [active];
    return await answered;
  } finally {
    input.dispose();
  }
}
