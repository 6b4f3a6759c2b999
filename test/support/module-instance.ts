// A problem module as the engine sees one: nonconvex, with penalties, rows, and no word of its curvature.
import type { Problem } from '../../solver/core/problem.ts';
import { normals, stream } from '../../solver/core/random.ts';
import { type Spec, userFunctions } from '../../solver/modules/functions.ts';
import { box, l1 } from '../../solver/modules/index.ts';
import { moduleBlocks, moduleProblem } from '../../solver/modules/problem.ts';

const [n, d] = [10, 5];
const A = normals(n * d, stream(23, 'module'));

/** mean log(1 + (a_iᵀx − b_i)²) over ten rows; an ℓ1 norm on two coordinates, a box around two, one free. */
const spec: Spec = {
  name: 'a module',
  blocks: { pair: 2, inside: 2, free: 1 },
  start: { pair: [0.5, -1], inside: [0.2, 0.4], free: [2] },
  value: x => {
    const at = [...x['pair']!, ...x['inside']!, ...x['free']!];
    let sum = 0;
    for (let i = 0; i < n; i++) sum += Math.log1p(residual(at, i) ** 2);
    return sum / n;
  },
  gradient: (x, block) => {
    const rows = Array.from({ length: n }, (_, i) => rowGradient(x, block, i));
    return rows[0]!.map((_, k) => rows.reduce((sum, row) => sum + row[k]!, 0) / n);
  },
  rows: n,
  rowGradient,
  penalty: { pair: l1(0.05), inside: box(-0.3, 0.6) },
};

function residual(x: readonly number[], i: number): number {
  let r = -1 + (i % 3);
  for (let j = 0; j < d; j++) r += A[i * d + j]! * x[j]!;
  return r;
}

function rowGradient(
  x: Readonly<Record<string, Float64Array>>,
  block: string,
  i: number,
): number[] {
  const r = residual([...x['pair']!, ...x['inside']!, ...x['free']!], i);
  const start = { pair: 0, inside: 2, free: 4 }[block] ?? 0;
  const weight = (2 * r) / (1 + r * r);
  return Array.from(x[block]!, (_, k) => weight * A[i * d + start + k]!);
}

export function moduleInstance(): Problem {
  const blocks = moduleBlocks(spec.blocks);
  const functions = userFunctions(spec, {
    blocks,
    size: d,
    files: new Set(),
    frame: () => '',
    restart: () => {},
    watch: { enter() {}, leave() {} },
  });
  return moduleProblem('a module', spec, blocks, functions, () => {});
}
