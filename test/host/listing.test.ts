import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { blockLine } from '../../extension/listing/lines.ts';
import { changed, debug, extensionExports, test } from '../support/host.ts';

const uri = vscode.Uri.parse('blockstep-listing:/lasso.pccd.listing');
const lasso = { problem: 'lasso', stopOnEntry: true };

test('a stop shows the listing, which is coloured as its own language and cannot be written', async () => {
  const run = await debug(lasso);
  try {
    await run.stopped();
    const document = await vscode.workspace.openTextDocument(uri);
    assert.equal(document.languageId, 'blockstep-listing');
    assert.match(document.getText(), /for sweep = 1, 2, …/);
    assert.match(document.getText(), /^block bmi$/m);
    assert.equal(vscode.workspace.fs.isWritableFileSystem('blockstep-listing'), false);
    await assert.rejects(async () => vscode.workspace.fs.writeFile(uri, new Uint8Array()));
  } finally {
    await run.end();
  }
});

test('breakpoints on a block’s line are there before the run, bind, and stop before its update', async () => {
  const { sessions } = await extensionExports();
  const first = await debug(lasso);
  await first.stopped();
  const line = blockLine(sessions.current()!.info!, 'bmi', uri)!;
  await first.end();

  const breakpoint = new vscode.SourceBreakpoint(
    new vscode.Location(uri, new vscode.Position(line - 1, 0)),
  );
  vscode.debug.addBreakpoints([breakpoint]);
  const run = await debug(lasso);
  try {
    await run.stopped();
    assert.equal(sessions.current()?.breakOn.has('bmi'), true);
    await run.session.customRequest('continue', { threadId: 1 });
    assert.equal((await run.stopped()).reason, 'breakpoint');
    assert.equal(sessions.current()?.position?.block, 'bmi');
    assert.deepEqual(sessions.current()?.breakpointHits, [sessions.current()?.position?.k]);

    await vscode.commands.executeCommand('blockstep.toggleBreakOnBlock', 'bmi');
    assert.deepEqual(vscode.debug.breakpoints, []);
    while (sessions.current()?.breakOn.has('bmi')) await changed(sessions);
  } finally {
    await run.end();
    vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
  }
});

test('a listing that was never written says how to get it', async () => {
  const never = vscode.Uri.parse('blockstep-listing:/never.run.listing');
  const document = await vscode.workspace.openTextDocument(never);
  assert.match(document.getText(), /start one/);
});
