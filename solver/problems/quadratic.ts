import { isRefusal, type Refusal } from '../core/part.ts';
import type { ProblemInputs, ProblemPart } from '../core/problem.ts';
import { refuse } from '../core/words.ts';
import type { DenseMatrix, Matrix } from '../kernels/columns.ts';
import { partition } from './blocks.ts';
import { numberOption } from './options.ts';
import { quadraticModel } from './quadraticModel.ts';

/** F = f = ½xᵀHx + cᵀx. */
export const quadratic: ProblemPart = {
  name: 'quadratic',
  title: 'Quadratic',
  summary: 'F = ½xᵀHx + cᵀx; sunYe: H = δI + (1 − δ)11ᵀ, where cyclic descent is at its slowest',
  source: 'Sun & Ye 2021 (arXiv 1604.07130) for the family sunYe',
  suits: 'every method; smooth, without samples',
  exampleData: null,
  options: {
    matrix: {
      type: 'path',
      default: null,
      description: 'H, symmetric: a csv or npy file. Without it, H is the one of `family`.',
    },
    linear: {
      type: 'path',
      default: null,
      description: 'c: a csv or npy file of one column or one row. Without it c = 0.',
    },
    family: {
      type: 'choice',
      unusedWith: [{ attribute: 'problemOptions.matrix' }],
      default: 'sunYe',
      values: ['sunYe'],
      description:
        'The family of a synthetic H, used where no matrix is given: sunYe is δI + (1 − δ)11ᵀ, started at ones.',
    },
    size: {
      type: 'integer',
      unusedWith: [{ attribute: 'problemOptions.matrix' }],
      default: 50,
      minimum: 1,
      maximum: 5000,
      description: 'Coordinates of the family’s H.',
    },
    delta: {
      type: 'number',
      unusedWith: [{ attribute: 'problemOptions.matrix' }],
      default: 0.05,
      exclusiveMinimum: 0,
      maximum: 1,
      description: 'δ of sunYe: the smaller, the slower cyclic descent.',
    },
  },
  build(inputs) {
    const H = hessian(inputs);
    if (isRefusal(H)) return H;
    const c = linearTerm(inputs, H.columns);
    if (isRefusal(c)) return c;
    const names = Array.from({ length: H.columns }, (_, j) => `x${j + 1}`);
    const parts = partition(names, inputs.blocks, false);
    if (isRefusal(parts)) return parts;
    const given = inputs.files['matrix'] !== undefined;
    const own = {
      size: numberOption(inputs.options, 'size'),
      delta: numberOption(inputs.options, 'delta'),
    };
    return quadraticModel({
      H: reordered(H, parts.order),
      c: c.map((_, k) => c[parts.order[k]!]!),
      blocks: parts.blocks,
      start: new Float64Array(H.columns).fill(given ? 0 : 1),
      parameters: given ? { size: H.columns } : { family: 'sunYe', ...own },
      kernels: inputs.kernels,
      poll: inputs.poll,
    });
  },
};

/** H from the file, checked to be symmetric and finite, or from the family. */
function hessian(inputs: ProblemInputs): DenseMatrix | Refusal {
  const given = inputs.files['matrix'];
  if (given === undefined) {
    const { options } = inputs;
    return sunYe(numberOption(options, 'size'), numberOption(options, 'delta'));
  }
  const path = inputs.options['matrix'];
  const accepted = 'a symmetric matrix';
  if (given.rows !== given.columns) {
    return refuse(
      'problemOptions.matrix',
      path,
      `is ${given.rows} × ${given.columns}, not square`,
      accepted,
    );
  }
  const H = dense(given);
  const n = H.rows;
  for (let j = 0; j < n; j++) {
    for (let i = 0; i <= j; i++) {
      const upper = H.values[i + j * n]!;
      const lower = H.values[j + i * n]!;
      if (!Number.isFinite(upper) || !Number.isFinite(lower)) {
        return refuse(
          'problemOptions.matrix',
          path,
          `is not finite at row ${i + 1}, column ${j + 1}`,
          accepted,
        );
      }
      if (Math.abs(upper - lower) > 1e-12 * Math.max(Math.abs(upper), Math.abs(lower))) {
        const where = `differs from its transpose at row ${i + 1}, column ${j + 1}`;
        return refuse('problemOptions.matrix', path, where, accepted);
      }
      // Entries may differ by the rounding of the file; the lower one is used for both.
      if (upper !== lower) H.values[i + j * n] = lower;
    }
    if (j % 256 === 255) inputs.poll();
  }
  return H;
}

/** δI + (1 − δ)11ᵀ: unit diagonal, every other entry 1 − δ. Source: Sun & Ye, section 2. */
function sunYe(n: number, delta: number): DenseMatrix {
  const values = new Float64Array(n * n).fill(1 - delta);
  for (let j = 0; j < n; j++) values[j * (n + 1)] = 1;
  return { kind: 'dense', rows: n, columns: n, values };
}

function linearTerm(inputs: ProblemInputs, size: number): Float64Array | Refusal {
  const given = inputs.files['linear'];
  if (given === undefined) return new Float64Array(size);
  const c = dense(given);
  if (Math.min(c.rows, c.columns) !== 1 || c.values.length !== size) {
    const shape = `is ${c.rows} × ${c.columns}`;
    return refuse(
      'problemOptions.linear',
      inputs.options['linear'],
      shape,
      `one column of ${size} numbers`,
    );
  }
  const bad = c.values.findIndex(value => !Number.isFinite(value));
  if (bad < 0) return c.values;
  const where = `is not finite at entry ${bad + 1}`;
  return refuse('problemOptions.linear', inputs.options['linear'], where, 'finite numbers');
}

/** A dense copy. */
function dense(matrix: Matrix): DenseMatrix {
  const { rows, columns } = matrix;
  if (matrix.kind === 'dense') return { ...matrix, values: matrix.values.slice() };
  const values = new Float64Array(rows * columns);
  for (let j = 0; j < columns; j++) {
    for (let p = matrix.starts[j]!; p < matrix.starts[j + 1]!; p++) {
      values[matrix.indices[p]! + j * rows] = matrix.values[p]!;
    }
  }
  return { kind: 'dense', rows, columns, values };
}

/** Entry (k, l) is H's entry (order[k], order[l]). */
function reordered(H: DenseMatrix, order: Int32Array): DenseMatrix {
  if (order.every((j, k) => j === k)) return H;
  const n = H.rows;
  const values = new Float64Array(n * n);
  for (let l = 0; l < n; l++) {
    for (let k = 0; k < n; k++) values[k + l * n] = H.values[order[k]! + order[l]! * n]!;
  }
  return { ...H, values };
}
