import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { test } from '../support/host.ts';

test('the extension activates and registers every command that its manifest declares', async () => {
  const extension = vscode.extensions.getExtension('blockstep.blockstep');
  assert.ok(extension, 'the host does not know the extension blockstep.blockstep');
  await extension.activate();
  const manifest = extension.packageJSON as {
    contributes: { commands: readonly { command: string }[] };
  };
  const declared = manifest.contributes.commands.map(({ command }) => command);
  assert.ok(declared.length > 0);
  const registered = new Set(await vscode.commands.getCommands(true));
  assert.deepEqual(
    declared.filter(command => !registered.has(command)),
    [],
  );
});
