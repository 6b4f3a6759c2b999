import * as vscode from 'vscode';
import type { BlockColor } from '../../solver/wire/panel.ts';
import type { Context } from '../context.ts';
import { type BlockLine, blockLines } from '../listing/lines.ts';
import { blockColor } from '../panel/status.ts';
import type { RunClient } from '../run/client.ts';
import { onDidChangeSettings, readSettings } from '../settings.ts';
import { blockNow, type InlineText, inlineText, noBreak, sharedText } from './block-text.ts';

/** 4 Hz: more costs the window's thread more than an eye gets from it. */
const interval = 250;
/** Lines beside the visible ones that are drawn too, so that scrolling finds them there. */
const margin = 20;
/** A line longer than this does not push the others' bars to the right. */
const widest = 60;

/** Bars and numbers at the end of the lines that stand for blocks, in every visible editor, while a session is active. */
export function createInlineConvergence({ sessions }: Context): vscode.Disposable {
  const type = vscode.window.createTextEditorDecorationType({
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  const lifted = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor('editor.rangeHighlightBackground'),
  });
  /** What an editor shows already; gone with the editor. */
  const shown = new WeakMap<vscode.TextEditor, string>();
  let settings = readSettings();
  let timer: NodeJS.Timeout | undefined;

  const drawAll = () => {
    clearTimeout(timer);
    timer = undefined;
    for (const editor of vscode.window.visibleTextEditors) draw(editor);
  };
  const drawSoon = () => {
    timer ??= setTimeout(drawAll, interval);
  };

  function draw(editor: vscode.TextEditor): void {
    const found = settings.inlineEnabled ? runFor(sessions.active(), editor.document) : null;
    const options = found === null ? [] : decorations(editor, found.run, found.lines);
    const raised = found?.lines.find(({ block }) => block === found.run.lifted);
    // Equal text is not sent again: a tick of a run changes a few lines at most, and often none.
    const signature = JSON.stringify([options, raised ?? null]);
    if ((shown.get(editor) ?? '[[],null]') === signature) return;
    shown.set(editor, signature);
    editor.setDecorations(type, options);
    editor.setDecorations(
      lifted,
      raised === undefined ? [] : [lineEnd(editor.document, raised.line)],
    );
  }

  function decorations(editor: vscode.TextEditor, run: RunClient, lines: readonly BlockLine[]) {
    const byLine = new Map<number, BlockLine[]>();
    for (const found of lines) {
      if (!isVisible(editor, found.line)) continue;
      byLine.set(found.line, [...(byLine.get(found.line) ?? []), found]);
    }
    const lengths = [...byLine.keys()].map(line => editor.document.lineAt(line - 1).text.length);
    const column = Math.max(0, ...lengths.filter(length => length <= widest)) + 3;
    return [...byLine].flatMap(([line, blocks]) => {
      const text = textOf(run, blocks, settings.inlineVisits);
      if (text === null) return [];
      const range = lineEnd(editor.document, line);
      const gap = Math.max(3, column - range.end.character);
      return [decoration(range, gap, colorOf(run, blocks[0]!.block), text)];
    });
  }

  const subscriptions = [
    sessions.onDidChange(drawSoon),
    vscode.window.onDidChangeVisibleTextEditors(drawAll),
    vscode.window.onDidChangeTextEditorVisibleRanges(drawSoon),
    vscode.workspace.onDidChangeTextDocument(drawSoon),
    onDidChangeSettings(() => {
      settings = readSettings();
      drawAll();
    }),
  ];
  return vscode.Disposable.from(type, lifted, ...subscriptions, {
    dispose: () => clearTimeout(timer),
  });
}

/** The run whose blocks stand in the document, the current one first, and where. */
export function runFor(
  runs: readonly RunClient[],
  document: vscode.TextDocument,
): { readonly run: RunClient; readonly lines: readonly BlockLine[] } | null {
  for (const run of runs) {
    if (run.info === null) continue;
    const lines = blockLines(run.info, document.uri).filter(
      ({ line }) => line <= document.lineCount,
    );
    if (lines.length > 0) return { run, lines };
  }
  return null;
}

function textOf(run: RunClient, blocks: readonly BlockLine[], visits: number): InlineText | null {
  if (blocks.length === 1) return inlineText(blockNow(run, blocks[0]!.block, visits), visits);
  return sharedText(
    blocks.map(({ block }) => ({ name: block, now: blockNow(run, block, visits) })),
  );
}

function colorOf({ info }: RunClient, block: string): BlockColor {
  const blocks = info?.blocks ?? [];
  return blockColor(
    blocks.findIndex(({ name }) => name === block),
    blocks.length,
  );
}

function decoration(
  range: vscode.Range,
  gap: number,
  { theme, dark, light }: BlockColor,
  { bars, numbers, tooLong }: InlineText,
): vscode.DecorationOptions {
  const muted = tooLong ? 'editorWarning.foreground' : 'editorCodeLens.foreground';
  const before = { contentText: noBreak.repeat(gap) + bars };
  const coloured = (color: string) => ({ before: { ...before, color } });
  return {
    range,
    renderOptions: {
      ...(theme === null
        ? { dark: coloured(dark), light: coloured(light) }
        : { before: { ...before, color: new vscode.ThemeColor(theme) } }),
      after: {
        contentText: noBreak.repeat(2) + numbers,
        color: new vscode.ThemeColor(muted),
      },
    },
  };
}

/** The empty range at the end of a line (from 1). */
function lineEnd(document: vscode.TextDocument, line: number): vscode.Range {
  const { end } = document.lineAt(line - 1).range;
  return new vscode.Range(end, end);
}

function isVisible(editor: vscode.TextEditor, line: number): boolean {
  return editor.visibleRanges.some(
    ({ start, end }) => line > start.line - margin && line <= end.line + 1 + margin,
  );
}
