// Whole runs of the command line, line by line, and the x of their end.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { registry } from '../../../solver/registry.ts';
import { blockstep, launchFile, linesOf, moduleFile } from '../../support/cli.ts';
import { temporaryFolder } from '../../support/machine.ts';

const folder = temporaryFolder();

describe('run --json', () => {
  const lasso = [launchFile, '--config', 'Lasso on diabetes', '--json'] as const;

  test('prints a start line, one line per block update in order, and an end line; gap is given at the end of each sweep', () => {
    const { status, stdout, stderr } = blockstep('run', ...lasso);
    assert.deepEqual([status, stderr], [0, '']);
    const [start, ...rest] = linesOf(stdout);
    const end = rest.pop()!;
    const blocks = start!['blocks'] as string[];
    assert.deepEqual(Object.keys(start!).slice(0, 8), [
      'type',
      'blockstep',
      'problem',
      'method',
      'ordering',
      'step',
      'seed',
      'blocks',
    ]);
    assert.equal(blocks[0], '(intercept)');
    for (const [i, step] of rest.entries()) {
      assert.deepEqual(Object.keys(step).slice(0, 8), [
        'type',
        'k',
        'sweep',
        'block',
        'objective',
        'gradNorm',
        'stepSize',
        'sharpness',
      ]);
      assert.deepEqual(
        [step.type, step['k'], step['sweep'], step['block']],
        ['step', i + 1, Math.floor(i / blocks.length) + 1, blocks[i % blocks.length]],
      );
      assert.equal('gap' in step, (i + 1) % blocks.length === 0);
    }
    assert.deepEqual([end.type, end['status'], end['k']], ['end', 'converged', rest.length]);
    assert.deepEqual(Object.keys(end['x'] as object), blocks);
    assert.equal(end['objective'], rest.at(-1)!['objective']);
    assert.equal(end['gap'], rest.at(-1)!['gap']);
  });

  test('prints the same lines when run again, except for the seconds', () => {
    const [first, second] = [1, 2].map(() =>
      blockstep('run', ...lasso).stdout.replace(/"seconds":[^,]*/, ''),
    );
    assert.equal(first, second);
  });

  test('the x of an end line can be used as a start', () => {
    const end = linesOf(blockstep('run', ...lasso, '--every', '0').stdout).at(-1)!;
    const file = join(folder, 'x.json');
    writeFileSync(file, JSON.stringify(end['x']));
    const again = linesOf(blockstep('run', ...lasso, '--set', `start=${file}`).stdout);
    assert.equal(again.at(-1)!['sweeps'], 1);
  });

  test('a run that uses up its budget is no failure', () => {
    const { status, stdout } = blockstep(
      'run',
      ...lasso,
      '--set',
      'stopWhen={"steps":5}',
      '--every',
      '2',
    );
    const lines = linesOf(stdout);
    assert.equal(status, 0);
    assert.deepEqual(
      lines.map(one => one['k'] ?? one.type),
      ['start', 2, 4, 5],
    );
    assert.equal(lines.at(-1)!['status'], 'budget');
  });

  test('a run that blows up ends with nonfinite, its finding, and exit code 3', () => {
    const { status, stdout } = blockstep(
      'run',
      ...lasso,
      '--set',
      'step=fixed',
      '--set',
      'stepOptions.size=10',
    );
    const lines = linesOf(stdout);
    assert.equal(status, 3);
    assert.equal(lines.at(-1)!['status'], 'nonfinite');
    assert.ok(lines.some(one => one.type === 'finding' && one['name'] === 'nonfinite'));
  });

  test('a module that throws mid-run ends with failed, a finding with the user’s stack, and exit code 3', () => {
    const file = moduleFile(
      'throws.ts',
      `const half = (v: number) => {
        if (v < 0.5) throw new Error('too small');
        return v;
      };
      export default defineProblem({ blocks: { a: 1 }, start: { a: [1] },
        value: x => x.a[0] ** 4, gradient: x => [4 * half(x.a[0]) ** 3] });`,
    );
    const { status, stdout } = blockstep('run', file, '--json');
    const lines = linesOf(stdout);
    assert.equal(status, 3);
    assert.deepEqual(
      lines.slice(-2).map(one => one.type),
      ['finding', 'end'],
    );
    const found = lines.at(-2)!;
    assert.deepEqual([found['name'], found['block']], ['userError', 'a']);
    assert.match(found['stack'] as string, /at half \(.*throws\.ts:3\)/);
    assert.equal(lines.at(-1)!['status'], 'failed');
  });

  test('a module that throws at the start also prints start, finding and end lines', () => {
    const file = moduleFile(
      'broken.ts',
      "export default defineProblem({ blocks: { a: 1 }, value: () => { throw new Error('no'); }, gradient: () => [0] });",
    );
    const { status, stdout } = blockstep('run', file, '--json');
    const lines = linesOf(stdout);
    assert.equal(status, 3);
    assert.deepEqual(
      lines.map(one => one.type),
      ['start', 'finding', 'end'],
    );
    assert.equal(lines[2]!['status'], 'failed');
  });

  test('a module’s output goes to stderr', () => {
    const file = moduleFile(
      'prints.ts',
      "console.log('hello'); export default defineProblem({ blocks: { a: 1 }, value: x => x.a[0] ** 2, gradient: x => [2 * x.a[0]] });",
    );
    const { stdout, stderr } = blockstep('run', file, '--json');
    assert.equal(stderr, 'hello\n');
    linesOf(stdout);
  });

  test('a wrong gradient is found before the first step, and the run continues', () => {
    const file = moduleFile(
      'wrong.ts',
      'export default defineProblem({ blocks: { a: 1, b: 1 }, start: { a: [1], b: [1] }, value: x => x.a[0] ** 2 + x.b[0] ** 2, gradient: (x, block) => [(block === "a" ? 2 : 3) * x[block][0]], lipschitz: () => 3 });',
    );
    const lines = linesOf(blockstep('run', file, '--json').stdout);
    const [found] = lines.filter(one => one.type === 'finding');
    assert.deepEqual(
      [found?.['name'], found?.['block'], found?.['k']],
      ['gradientMismatch', 'b', 0],
    );
    assert.equal(lines.indexOf(found!), 1);
    assert.equal(lines.at(-1)!.type, 'end');
  });
});

/** Runs a configuration on a table; what is printed, and the sentence where it is refused. */
function run(rows: readonly string[], config: object, ...more: readonly string[]) {
  writeFileSync(join(folder, 'table.csv'), rows.join('\n'));
  const whole = { type: 'blockstep', request: 'launch', name: 'x', data: 'table.csv', cwd: folder };
  const launch = { version: '0.2.0', configurations: [{ ...whole, target: 'y', ...config }] };
  writeFileSync(join(folder, 'launch.json'), JSON.stringify(launch));
  return blockstep('run', join(folder, 'launch.json'), ...more);
}

/** The end line of a run, as text and as what it says. */
function ended(rows: readonly string[], config: object) {
  const { stdout, stderr } = run(rows, config, '--json', '--every', '0');
  const text = stdout.trimEnd().split('\n').at(-1)!;
  return { text, stderr, end: text === '' ? null : JSON.parse(text) };
}

/** The names of x in the order they are written; JSON.parse would put whole numbers first. */
function namesIn(text: string): readonly string[] {
  const x = /"x":\{(.*?)\}/.exec(text)![1]!;
  return [...x.matchAll(/"([^"]*)":\[/g)].map(([, name]) => name!);
}

// y = 7 + 3·first − 2·second + 5·third, exactly.
const table = (header: string): readonly string[] => {
  const X = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
    [1, 1, 1],
    [2, -1, 0],
  ];
  const y = ([a, b, c]: readonly number[]): number => 7 + 3 * a! - 2 * b! + 5 * c!;
  return [header, ...X.map(row => [...row, y(row)].join(','))];
};
const truth: Readonly<Record<string, number>> = { '(intercept)': 7, 10: 3, 9: -2, b: 5 };

describe('x in an end line', () => {
  const config = {
    problem: 'leastSquares',
    problemOptions: { intercept: true, standardize: false },
    stopWhen: { relativeStationarity: 1e-13, sweeps: 100_000 },
  };
  const order = ['b', '9', '(intercept)', '10', 'b'];

  for (const [title, more] of [
    ['cyclic', {}],
    ['custom', { ordering: 'custom', orderingOptions: { order } }],
    ['greedy', { ordering: 'greedy' }],
    ['shuffled', { ordering: 'shuffled' }],
  ] as const) {
    test(`has the file’s columns in their order, whole numbers for names or not: ${title}`, () => {
      const { text, end } = ended(table('10,9,b,y'), { ...config, ...more });
      assert.deepEqual(namesIn(text), ['(intercept)', '10', '9', 'b']);
      for (const [name, [value]] of Object.entries<number[]>(end.x))
        assert.ok(Math.abs(value! - truth[name]!) < 1e-6, `${name}: ${value}`);
    });
  }

  test('lists groups as they were given, each with its columns in the group’s order', () => {
    const groups = { far: ['b', '10'], near: ['9'] };
    const { text, end } = ended(table('10,9,b,y'), { ...config, blocks: { groups } });
    assert.deepEqual(namesIn(text), ['(intercept)', 'far', 'near']);
    const [b, ten] = end.x.far as [number, number];
    assert.ok(Math.abs(b - 5) < 1e-6 && Math.abs(ten - 3) < 1e-6, `${end.x.far}`);
  });

  test('is in that order in the summary for people too', () => {
    const { stdout } = run(table('10,9,b,y'), config);
    const names = [...stdout.matchAll(/^ {2}(\S+) +−?\d/gm)].map(([, name]) => name);
    assert.deepEqual(names.slice(-4), ['(intercept)', '10', '9', 'b']);
  });
});

describe('a y that is constant', () => {
  const rows = (y: number): readonly string[] => [
    'a,b,c,y',
    ...['1,0,0.5', '0,1,0.25', '1,1,2', '2,-1,1', '-1,3,0'].map(row => `${row},${y}`),
  ];
  const withTarget = registry.problems.filter(({ exampleData }) => exampleData !== null);

  for (const { name, exampleData } of withTarget) {
    test(`gives a solution or a refusal in one sentence: ${name}`, () => {
      for (const y of [3, 0.1, 0]) {
        for (const method of y === 3 ? ['pccd', 'exact', 'vrccd'] : ['gradientDescent']) {
          const config = {
            problem: name,
            method,
            problemOptions: {
              intercept: true,
              ...(name === 'leastSquares' ? { ridge: 0.1 } : { lambda: 0.1 }),
            },
            ...(name === 'leastSquares' ? { stopWhen: { relativeStationarity: 1e-8 } } : {}),
          };
          const { end, stderr } = ended(rows(y), config);
          const at = `${method}, y = ${y}`;
          if (end === null) {
            assert.match(stderr, /^\w+: "\S+" .*; accepted: /, at);
            assert.equal(exampleData, 'breastCancer', `${at}: ${stderr}`);
            continue;
          }
          assert.equal(end.status, 'converged', at);
          assert.ok(Math.abs(end.x['(intercept)'][0] - y) < 1e-6, at);
          assert.ok(Math.abs(end.objective) < 1e-9, at);
        }
      }
    });
  }
});
