import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonLines, line } from '../../../solver/cli/jsonLines.ts';
import type { StepRow } from '../../../solver/cli/report.ts';
import { table } from '../../../solver/cli/table.ts';

const row = (k: number, m = 2): StepRow => ({
  k,
  sweep: Math.ceil(k / m),
  block: `b${k % m}`,
  metrics: { objective: 1 / k, gradNorm: k % m },
  sweepEnds: k % m === 0,
});
const rows = (count: number) => Array.from({ length: count }, (_, i) => row(i + 1));
const end = {
  status: 'budget',
  text: 'Used.',
  k: 6,
  sweeps: 3,
  passes: 3,
  seconds: 0.5,
  objective: Number.NaN,
  gap: null,
  x: new Map([['a', [1, Number.NEGATIVE_INFINITY]]]),
} as const;
const finding = { k: 3, name: 'stall', block: 'b1', text: 'It stalls.', evidence: {} } as const;
const plain = (text: string) => text;

test('JSON has NaN and infinities as strings, and every other number to the last bit', () => {
  const text = line({
    a: Number.NaN,
    b: [Number.POSITIVE_INFINITY, -1 / 3],
    c: { d: Number.NEGATIVE_INFINITY },
  });
  assert.equal(text, '{"a":"NaN","b":["Infinity",-0.3333333333333333],"c":{"d":"-Infinity"}}\n');
});

test('--every N keeps the steps N divides, 0 none; findings and end always print', () => {
  const kept = (every: number | null) =>
    rows(6).flatMap(step => {
      const text = jsonLines(every).step(step);
      return text === '' ? [] : [(JSON.parse(text) as { k: number }).k];
    });
  assert.deepEqual(kept(null), [1, 2, 3, 4, 5, 6]);
  assert.deepEqual(kept(3), [3, 6]);
  assert.deepEqual(kept(0), []);
  const quiet = jsonLines(0);
  assert.deepEqual(JSON.parse(quiet.finding(finding)), { type: 'finding', ...finding });
  assert.deepEqual(JSON.parse(quiet.end(end)), {
    type: 'end',
    ...end,
    objective: 'NaN',
    x: { a: [1, '-Infinity'] },
  });
});

test('the table shows sweeps 1 … 10, then tens, then hundreds, and the last', () => {
  const shown = (every: number | null, sweeps: number) => {
    const report = table(every, plain);
    const text =
      rows(2 * sweeps)
        .map(report.step)
        .join('') + report.end(end);
    return [...text.matchAll(/^ +(\d+) +\d+ /gm)].map(match => Number(match[1]));
  };
  assert.deepEqual(shown(null, 12), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12]);
  assert.deepEqual(shown(null, 205).slice(9), [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 200, 205]);
  assert.deepEqual(shown(5, 12), [5, 10, 12]);
  assert.deepEqual(shown(0, 12), []);
});

test('a row shows the largest gradient norm of its sweep, and its head once', () => {
  const report = table(null, plain);
  const text = rows(4).map(report.step).join('');
  assert.equal(text.match(/max gradNorm/g)?.length, 1);
  assert.deepEqual(
    text
      .split('\n')
      .slice(1, 3)
      .map(one => one.trim().split(/ +/).at(-1)),
    ['1', '1'],
  );
});

test('a finding is told once for each block, and counted at the end', () => {
  const report = table(null, plain);
  const told = [1, 2, 3].map(k => report.finding({ ...finding, k }));
  assert.deepEqual(told, ['stall at k = 1: It stalls.\n', '', '']);
  assert.match(report.end(end), /^stall b1: 3 times\n/);
});
