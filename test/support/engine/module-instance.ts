// A problem module as the engine sees one: nonconvex, with penalties, rows, and no word of its curvature.
import type { Problem } from '../../../solver/core/problem.ts';
import { normals, stream } from '../../../solver/core/random.ts';
import { type Spec, userFunctions } from '../../../solver/modules/functions.ts';
import { box, l1 } from '../../../solver/modules/index.ts';
import { moduleBlocks, moduleProblem } from '../../../solver/modules/problem.ts';

const [n, d] = [10, 5];
const A = normals(n * d, stream(23, 'module'));

type Parts = Readonly<Record<string, Float64Array>>;
const starts: Readonly<Record<string, number>> = { pair: 0, inside: 2, free: 4 };

/** mean log(1 + (a_iᵀx − b_i)²) over ten rows; an ℓ1 norm on two coordinates, a box around two, one free. */
const spec: Spec = {
  name: 'a module',
  blocks: { pair: 2, inside: 2, free: 1 },
  start: { pair: [0.5, -1], inside: [0.2, 0.4], free: [2] },
  value(x) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += Math.log1p(residual(x, i) ** 2);
    return sum / n;
  },
  gradient(x, block) {
    const sum = new Float64Array(x[block]!.length);
    for (let i = 0; i < n; i++) addRow(x, block, i, sum);
    return sum.map(value => value / n);
  },
  rows: n,
  rowGradient(x, block, row) {
    const out = new Float64Array(x[block]!.length);
    addRow(x, block, row, out);
    return out;
  },
  penalty: { pair: l1(0.05), inside: box(-0.3, 0.6) },
};

function residual(x: Parts, i: number): number {
  let r = -1 + (i % 3);
  for (const block in starts) {
    const part = x[block]!;
    for (let k = 0; k < part.length; k++) r += A[i * d + starts[block]! + k]! * part[k]!;
  }
  return r;
}

function addRow(x: Parts, block: string, i: number, out: Float64Array): void {
  const r = residual(x, i);
  const weight = (2 * r) / (1 + r * r);
  for (let k = 0; k < out.length; k++) {
    out[k] = out[k]! + weight * A[i * d + starts[block]! + k]!;
  }
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
