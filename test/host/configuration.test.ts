// The extension in a real host: it activates, and checks what launch.json says.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { WorkspaceFiles } from '../../extension/commands/ask-data.ts';
import { problemRows } from '../../extension/commands/ask-problem.ts';
import { ConfigurationProvider, DynamicConfigurations } from '../../extension/configuration.ts';
import { catalog } from '../../solver/config/catalog.ts';
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

const launch = (attributes: object) => ({
  type: 'blockstep',
  request: 'launch',
  name: 'test',
  ...attributes,
});

const files = new WorkspaceFiles({ warn: () => undefined });

test('a configuration that cannot run is refused in one sentence, and nothing starts', async () => {
  const provider = new ConfigurationProvider(catalog, files);
  const refused: readonly (readonly [object, RegExp])[] = [
    [{ problem: 'laso' }, /^problem: "laso" .*lasso/],
    [{ problem: 'lasso', ordering: 'shufled' }, /^ordering: "shufled" .*shuffled/],
    [{ problem: 'lasso', orderng: 'cyclic' }, /^orderng: .*ordering/],
    [{ problem: 'lasso', seed: 'one' }, /^seed: "one" /],
  ];
  const started: string[] = [];
  const subscription = vscode.debug.onDidStartDebugSession(({ name }) => started.push(name));
  for (const [attributes, sentence] of refused) {
    assert.match(provider.refusal(launch(attributes)) ?? '', sentence);
    const folder = vscode.workspace.workspaceFolders?.[0];
    assert.equal(await vscode.debug.startDebugging(folder, launch(attributes)), false);
  }
  subscription.dispose();
  assert.deepEqual(started, []);
  assert.equal(vscode.debug.activeDebugSession, undefined);
});

test('attributes that VS Code adds are accepted', () => {
  const provider = new ConfigurationProvider(catalog, files);
  const added = {
    presentation: { hidden: false },
    internalConsoleOptions: 'neverOpen',
    noDebug: true,
    preLaunchTask: 'build',
    __configurationTarget: 6,
  };
  assert.equal(provider.refusal(launch({ problem: 'lasso', ...added })), null);
});

test('every configuration of the example workspace is accepted', () => {
  const provider = new ConfigurationProvider(catalog, files);
  const all = vscode.workspace
    .getConfiguration('launch')
    .get<vscode.DebugConfiguration[]>('configurations', []);
  assert.ok(all.length > 0);
  for (const configuration of all)
    assert.equal(provider.refusal(configuration), null, configuration.name);
});

test('every dynamic configuration is accepted, and modules of the workspace are among them', async () => {
  const offered = await new DynamicConfigurations(catalog, files).provideDebugConfigurations();
  const provider = new ConfigurationProvider(catalog, files);
  for (const configuration of offered) assert.equal(provider.refusal(configuration), null);
  const problems = offered.map(({ problem }) => problem as string);
  assert.deepEqual(
    problems.slice(0, catalog.problems.length),
    catalog.problems.map(({ name }) => name),
  );
  assert.ok(problems.some(problem => problem.endsWith('ridge.ts')));
});

test('F5 without a launch.json runs the problem module in the active editor', async () => {
  const folder = vscode.workspace.workspaceFolders![0]!;
  const module = vscode.Uri.joinPath(folder.uri, 'problems/ridge.ts');
  await vscode.window.showTextDocument(module);
  const provider = new ConfigurationProvider(catalog, files);
  // VS Code asks with an empty configuration when there is none.
  const empty = {} as vscode.DebugConfiguration;
  const resolved = await provider.resolveDebugConfiguration(folder, empty);
  assert.equal(resolved?.['problem'], module.fsPath);
  assert.equal(provider.refusal(resolved!), null);
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
});

test('paths are relative to the workspace folder, and what launch.json sets is kept', async () => {
  const folder = vscode.workspace.workspaceFolders![0]!;
  const provider = new ConfigurationProvider(catalog, files);
  const written = launch({ problem: 'lasso', internalConsoleOptions: 'openOnSessionStart' });
  const resolved = await provider.resolveDebugConfiguration(folder, written);
  assert.equal(resolved?.['cwd'], folder.uri.fsPath);
  assert.equal(resolved?.internalConsoleOptions, 'openOnSessionStart');
});

test('a failed file search leaves the modules out of the lists, never fails the lists, and is logged', async () => {
  const said: string[] = [];
  const failing = new WorkspaceFiles({ warn: text => said.push(text) }, () => {
    throw new Error('spawn rg ENOENT');
  });
  const rejecting = new WorkspaceFiles({ warn: text => said.push(text) }, async () => {
    throw new Error('spawn rg ENOENT');
  });
  for (const broken of [failing, rejecting]) {
    const offered = await new DynamicConfigurations(catalog, broken).provideDebugConfigurations();
    assert.equal(offered.length, catalog.problems.length);
    const rows = await problemRows(catalog, broken);
    const names = rows.flatMap(row => ('value' in row ? [row.value] : []));
    assert.deepEqual(
      names,
      catalog.problems.map(({ name }) => name),
    );
    assert.deepEqual(await broken.data(), []);
  }
  for (const text of said) assert.match(text, /spawn rg ENOENT/);
});
