// Runs in a real host: stepped, restarted, crashed and resumed, and their listing.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { blockLine } from '../../extension/listing/lines.ts';
import { changed, type Debugged, debug, extensionExports, test } from '../support/host.ts';

const lasso = { problem: 'lasso', stopOnEntry: true };

test('F5 stops on entry; steps go by one update, by a sweep, back and to any step', async () => {
  const { sessions } = await extensionExports();
  const run = await debug(lasso);
  try {
    assert.equal((await run.stopped()).reason, 'entry');
    const position = () => sessions.current()?.position;
    assert.equal(position()?.k, 0);
    const blocks = sessions.current()?.info?.blocks.length ?? 0;

    await vscode.commands.executeCommand('blockstep.stepBlock');
    assert.equal((await run.stopped()).reason, 'step');
    assert.equal(position()?.k, 1);

    await vscode.commands.executeCommand('blockstep.stepSweep');
    await run.stopped();
    assert.equal(position()?.k, blocks);
    assert.equal(position()?.sweep, 2);

    await vscode.commands.executeCommand('blockstep.stepBack');
    await run.stopped();
    assert.equal(position()?.k, blocks - 1);
  } finally {
    await run.end();
  }
});

test('a run’s rows reach the host’s history, and its objective falls', async () => {
  const { sessions } = await extensionExports();
  const run = await debug(lasso);
  try {
    await run.stopped();
    await run.session.customRequest('blockstep/goToStep', { k: 55 });
    await run.stopped();
    const { history } = sessions.current()!;
    while (history.end < 55) await changed(sessions);
    const objective = history.series('objective', null).low;
    assert.ok(objective.at(-1)! < objective[0]!);
  } finally {
    await run.end();
  }
});

test('after a session has ended its run can still be viewed, but not stepped', async () => {
  const { sessions } = await extensionExports();
  const run = await debug(lasso);
  await run.stopped();
  const current = sessions.current();
  await run.end();
  assert.equal(sessions.current(), current);
  assert.equal(current?.ended, true);
  assert.deepEqual(sessions.active(), []);
});

test('a restart begins another run in the same session', async () => {
  const { sessions } = await extensionExports();
  const run = await debug(lasso);
  try {
    await run.stopped();
    const first = sessions.current();
    await vscode.commands.executeCommand('blockstep.stepBlock');
    await run.stopped();
    await vscode.commands.executeCommand('workbench.action.debug.restart');
    assert.equal((await run.stopped()).reason, 'entry');
    assert.notEqual(sessions.current()?.id, first?.id);
    assert.equal(first?.ended, true);
    assert.equal(sessions.current()?.position?.k, 0);
  } finally {
    await run.end();
  }
});

test('after a crash the run resumes at the step it had reached, with its history', async () => {
  const { sessions } = await extensionExports();
  const run = await debug(lasso);
  try {
    const lost = await crashedAt(run, 30);
    assert.match(lost.text, /step 30/);
    const revision = lost.history.revision;
    await vscode.commands.executeCommand('blockstep.restartFromKeyframe');
    // The replay may be reported on its way; what counts is where it ends.
    while (!lost.isPaused) await changed(sessions);
    assert.equal(lost.position?.k, 30);
    assert.equal(sessions.current(), lost);
    await vscode.commands.executeCommand('blockstep.stepSweep');
    while (lost.history.end <= 30) await changed(sessions);
    assert.equal(lost.history.revision, revision);
  } finally {
    await run.end();
  }
});

test('a run that crashed in an ended session resumes in a new session', async () => {
  const { sessions } = await extensionExports();
  const run = await debug(lasso);
  const lost = await crashedAt(run, 20);
  await run.end();
  assert.equal(lost.ended, true);
  await vscode.commands.executeCommand('blockstep.restartFromKeyframe');
  while (!lost.isPaused) await changed(sessions);
  try {
    assert.equal(sessions.current(), lost);
    assert.deepEqual([lost.position?.k, lost.history.end, lost.ended], [20, 20, false]);
  } finally {
    await vscode.debug.stopDebugging();
  }
});

async function crashedAt(run: Debugged, k: number) {
  const { sessions } = await extensionExports();
  await run.stopped();
  await run.session.customRequest('blockstep/goToStep', { k });
  await run.stopped();
  const { pid } = await run.session.customRequest('blockstep/info');
  process.kill(pid, 'SIGKILL');
  assert.equal((await run.stopped()).description, 'crash');
  const lost = sessions.current()!;
  while (lost.state !== 'crashed' || lost.history.end < k) await changed(sessions);
  return lost;
}

const uri = vscode.Uri.parse('blockstep-listing:/lasso.pccd.listing');

test('a stop shows the listing, which is highlighted as its own language and read-only', async () => {
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

test('breakpoints on a block’s line can be set before the run, bind, and stop before its update', async () => {
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
    assert.deepEqual(sessions.current()?.findings.hits, [sessions.current()?.position?.k]);

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
