import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { registry } from '../../../solver/registry.ts';
import { blockstep } from '../../support/cli.ts';
import { temporaryFolder } from '../../support/machine.ts';

const folder = temporaryFolder();

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

/** The names of x in the order they are written; a parser would put whole numbers first. */
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

  test('has groups as they were given, each with its columns in the group’s order', () => {
    const groups = { far: ['b', '10'], near: ['9'] };
    const { text, end } = ended(table('10,9,b,y'), { ...config, blocks: { groups } });
    assert.deepEqual(namesIn(text), ['(intercept)', 'far', 'near']);
    const [b, ten] = end.x.far as [number, number];
    assert.ok(Math.abs(b - 5) < 1e-6 && Math.abs(ten - 3) < 1e-6, `${end.x.far}`);
  });

  test('stands in that order in the summary for people too', () => {
    const { stdout } = run(table('10,9,b,y'), config);
    const names = [...stdout.matchAll(/^ {2}(\S+) +-?\d/gm)].map(([, name]) => name);
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
    test(`is answered or refused in a sentence: ${name}`, () => {
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
