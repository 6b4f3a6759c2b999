// What a graphics device computes beside WebAssembly and, where it is installed, PyTorch on the same device.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { freemem } from 'node:os';
import { join } from 'node:path';
import { root } from '../../../scripts/lib/root.mjs';
import { normals, stream } from '../../../solver/core/random.ts';
import { Device } from '../../../solver/device/device.ts';
import type { DenseMatrix } from '../../../solver/kernels/columns.ts';
import type { Kernels } from '../../../solver/kernels/index.ts';
import { Lost } from '../../../solver/kernels/products.ts';
import { wasmKernels } from '../../../solver/kernels/wasm/index.ts';
import { packageFile } from '../../../solver/run/device/graphics.ts';
import { type Measured, measure, times, type Unit } from '../../support/bench.ts';
import { descent } from './descent.ts';

const sizes = [
  [10_000, 1000],
  [20_000, 5000],
  [50_000, 5000],
] as const;
/** On one H100-class device. */
const LIMIT_20K = 1.5;

measure(async () => {
  const path = packageFile(root);
  if (path === null) return 'gpu: the package webgpu is not installed; run `npm ci`.';
  const device = await Device.open(path, () => {}, join(__dirname, 'device.js'));
  if (typeof device === 'string') return `gpu: ${device}.`;
  try {
    return [
      ...sizes.flatMap(([rows, columns]) => products(device, rows, columns)),
      ...squares(device),
      ...torch(),
    ];
  } finally {
    device.give('it was measured');
  }
});

measure(() => descent(sizes[1]));

/** Xᵀr of a size, and a mini-batch of 256 rows; nothing where there is no memory for it. */
function products(device: Device, rows: number, columns: number): Measured[] {
  // In float64 twice, in float32 once in shared memory and, for a device in software, once more.
  if (freemem() < 26 * rows * columns) {
    console.log(`gpu: there is not the memory for ${rows} × ${columns}.`);
    return [];
  }
  const kernels = wasmKernels();
  const X = made(rows, columns, kernels);
  const started = performance.now();
  const trouble = device.hold(X);
  if (trouble !== null) throw new Error(trouble);
  const upload = performance.now() - started;
  const v = kernels.array(rows);
  v.set(normals(rows, stream(2, 'v')));
  const out = new Float64Array(columns);
  const onDevice = times(20, () => device.transposed(v, 0, out));
  const found = out.slice();
  const onProcessor = times(5, () => transposed(kernels, X, v, out));
  const size = Math.sqrt(kernels.squaredNorm(v, 0, rows));
  const off = found.map(
    (value, j) => Math.abs(value - out[j]!) / (size * Math.sqrt(kernels.columnSquaredNorm(X, j))),
  );
  console.log(
    `gpu: ${device.device}: error of Xᵀr ${Math.max(...off).toExponential(1)} of ‖X_j‖‖r‖`,
  );
  const batch = Int32Array.from({ length: 256 }, (_, k) => (k * 7919) % rows);
  const name = `gpu: ${rows.toLocaleString('en')} × ${columns.toLocaleString('en')}`;
  const ratio = Math.min(...onProcessor) / Math.min(...onDevice);
  return [
    row(`${name}, to the device, once`, 'ms', [upload]),
    {
      ...row(`${name}, Xᵀr`, 'ms', onDevice),
      ...(rows === 20_000 ? { limit: LIMIT_20K } : {}),
    },
    row(`${name}, Xᵀr by wasm, one thread`, 'ms', onProcessor),
    row(`${name}, Xᵀr, wasm / device`, '×', [ratio]),
    row(
      `${name}, 256 rows of Xᵀr`,
      'ms',
      times(20, () => device.rows(batch, v, 0, out)),
    ),
  ];
}

function squares(device: Device): Measured[] {
  try {
    return [1024, 2048].map(size =>
      row(
        `gpu: product of two ${size}²`,
        'ms',
        times(10, () => device.multiply(size)),
      ),
    );
  } catch (error) {
    if (!(error instanceof Lost)) throw error;
    console.log(`gpu: products of squares: ${error.message}.`);
    return [];
  }
}

/** PyTorch's times of the same, in float32. */
function torch(): Measured[] {
  const own = join(root, 'test/bench/.venv/bin/python');
  const python = existsSync(own) ? own : 'python3';
  const { status, stdout } = spawnSync(python, [join(root, 'test/bench/gpu/torch.py')], {
    encoding: 'utf8',
  });
  if (status !== 0) {
    console.log('gpu: PyTorch with a device is not installed.');
    return [];
  }
  const found = JSON.parse(stdout) as Record<string, number[]>;
  return Object.entries(found).map(([title, values]) => row(`PyTorch: ${title}`, 'ms', values));
}

function made(rows: number, columns: number, kernels: Kernels): DenseMatrix {
  const values = new Float64Array(rows * columns);
  // Random numbers of a column are the next one's, shifted: as many as a large matrix has take minutes.
  const numbers = normals(rows + columns, stream(1, 'X'));
  for (let j = 0; j < columns; j++) values.set(numbers.subarray(j, j + rows), j * rows);
  return kernels.place({ kind: 'dense', rows, columns, values });
}

function transposed(kernels: Kernels, X: DenseMatrix, v: Float64Array, out: Float64Array): void {
  const all = Int32Array.from({ length: X.columns }, (_, j) => j);
  kernels.columnDots(X, all, 0, X.columns, 0, v, 0, out);
}

function row(title: string, unit: Unit, values: readonly number[]): Measured {
  return { title, unit, values };
}
